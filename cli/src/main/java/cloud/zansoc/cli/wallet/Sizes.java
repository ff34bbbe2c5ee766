package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.MachineSize;

/** Sizes that were typed. */
final class Sizes {
  private Sizes() {}

  /** A machine with at least something to compute with. */
  static MachineSize machine(int vcpus, int memoryGb, int storageGb, int gpus) {
    if (vcpus < 1 || memoryGb < 1) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a machine has at least one vCPU and one GB, not %d and %d".formatted(vcpus, memoryGb));
    }
    try {
      return new MachineSize(vcpus, memoryGb, storageGb, gpus);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }
}
