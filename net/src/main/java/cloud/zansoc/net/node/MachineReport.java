package cloud.zansoc.net.node;

import java.util.List;

/**
 * What {@code host join} measured of a machine. Speeds are bytes or operations a second.
 *
 * @param cpuModel as the system names it
 * @param vcpus threads the machine runs at once
 * @param cpuSingle score of one thread: MB/s of SHA-256 and AES together, see docs/reference
 * @param cpuAll score of all threads together
 * @param cpuFeatures instruction sets that matter here, such as avx2, avx512f, sha_ni
 * @param memoryBytes physical memory
 * @param memoryBandwidth bytes copied a second
 * @param disk of the folder that blocks will lie in
 * @param downBytesPerSecond from the hub
 * @param upBytesPerSecond to the hub
 * @param hubRoundTripMicros median
 * @param gpus by nvidia-smi; none where there is none
 */
public record MachineReport(
    String os,
    String kernel,
    String architecture,
    String cpuModel,
    int vcpus,
    long cpuSingle,
    long cpuAll,
    List<String> cpuFeatures,
    long memoryBytes,
    long memoryBandwidth,
    Disk disk,
    long downBytesPerSecond,
    long upBytesPerSecond,
    long hubRoundTripMicros,
    List<Gpu> gpus) {
  public MachineReport {
    cpuFeatures = List.copyOf(cpuFeatures);
    gpus = List.copyOf(gpus);
  }

  /**
   * A disk.
   *
   * @param freeBytes free when measured
   * @param writeBytesPerSecond sequential, synced
   * @param readBytesPerSecond sequential
   * @param syncsPerSecond small writes, each made durable
   */
  public record Disk(
      long totalBytes,
      long freeBytes,
      long writeBytesPerSecond,
      long readBytesPerSecond,
      long syncsPerSecond) {}

  /** A graphics card. */
  public record Gpu(String name, long memoryBytes, String driver) {}
}
