package cloud.zansoc.compute.engine;

import cloud.zansoc.net.node.MachineReport.Gpu;

/**
 * A graphics card of this machine.
 *
 * @param id by which an engine knows it: its UUID
 */
public record GraphicsCard(String id, Gpu gpu) {}
