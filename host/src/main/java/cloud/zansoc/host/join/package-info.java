/**
 * How a machine becomes a host: {@link cloud.zansoc.host.join.JoinFlow} takes the steps and reports
 * each (the machine is measured by a {@link cloud.zansoc.host.join.MeasuringProcess}), {@link
 * cloud.zansoc.host.join.SystemdService} keeps the agent running afterwards. Joining again with the
 * same data folder updates what the hub knows.
 */
@NullMarked
package cloud.zansoc.host.join;

import org.jspecify.annotations.NullMarked;
