package cloud.zansoc.compute.engine;

import cloud.zansoc.base.ByteSize;
import java.time.Duration;

/**
 * What an instance uses.
 *
 * @param cpuTime since it was started, over all threads
 * @param memory now, without what can be dropped
 * @param received over its network since it was started
 * @param sent the same
 * @param diskRead from disks since it was started; 0 where the engine does not count it
 * @param diskWritten the same to disks
 * @param processes and threads
 */
public record InstanceStatistics(
    Duration cpuTime,
    ByteSize memory,
    ByteSize memoryLimit,
    ByteSize received,
    ByteSize sent,
    ByteSize diskRead,
    ByteSize diskWritten,
    int processes) {}
