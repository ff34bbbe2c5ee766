package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import java.time.Duration;
import java.time.Instant;

/**
 * What a running instance uses, as its host's engine counts: GET /v1/instances/NAME/stats.
 *
 * @param at when that was, by the host's clock; two of them give rates
 * @param cpuTime since it was started, over all threads
 * @param memory now, without what can be dropped
 * @param received over its network since it was started
 * @param sent the same
 * @param diskRead from disks since it was started; 0 where the engine does not count it
 * @param diskWritten the same to disks
 * @param processes and threads
 */
public record InstanceUsage(
    InstanceId id,
    Instant at,
    Duration cpuTime,
    ByteSize memory,
    ByteSize memoryLimit,
    ByteSize received,
    ByteSize sent,
    ByteSize diskRead,
    ByteSize diskWritten,
    int processes) {}
