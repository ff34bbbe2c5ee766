package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;

/**
 * What an instance gets of its host.
 *
 * @param milliVcpus thousandths of a thread: 1500 is one and a half
 * @param disk of its root file system, volumes apart
 * @param gpus whole graphics cards
 */
public record InstanceSize(int milliVcpus, ByteSize memory, ByteSize disk, int gpus) {
  /** What the smallest instance needs of memory: less cannot start a container. */
  public static final ByteSize LEAST_MEMORY = ByteSize.ofMebibytes(16);

  public InstanceSize {
    if (milliVcpus < 1 || memory.compareTo(LEAST_MEMORY) < 0 || gpus < 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "an instance needs more than 0 vCPUs, at least %s of memory and no negative number of GPUs"
              .formatted(LEAST_MEMORY));
    }
  }
}
