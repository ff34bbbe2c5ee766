package cloud.zansoc.ledger;

/**
 * What is rented or lent of a machine.
 *
 * @param vcpus threads
 * @param memoryGb GB of memory
 * @param storageGb GB of disk
 * @param gpus graphics cards
 */
public record MachineSize(int vcpus, int memoryGb, int storageGb, int gpus) {
  private static final int MOST = 1_000_000;

  public MachineSize {
    for (int part : new int[] {vcpus, memoryGb, storageGb, gpus}) {
      if (part < 0 || part > MOST) {
        throw new IllegalArgumentException(
            "each part of a machine is 0 to %d, not %d".formatted(MOST, part));
      }
    }
  }
}
