package cloud.zansoc.storage.client;

import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.client.MemoryHost.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Downloads the same object to the same file again and again, each time interrupted once, and looks
 * at the file after each; every process that runs it has the same object.
 */
final class ContendingDownload {
  private static final long SEED = 77;
  private static final int BLOCKS = 80;
  private static final long INTERRUPTED_BYTES = 66L * Limits.BLOCK_BYTES;
  private static final ObjectAddress AT = new ObjectAddress("photos", "a");

  private ContendingDownload() {}

  /** {@code JOURNALS TARGET ROUNDS}. */
  public static void main(String[] arguments) throws IOException {
    run(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
  }

  static void run(Path journals, Path target, int rounds) throws IOException {
    try (TestCloud cloud = new TestCloud(SEED, 4, journals)) {
      cloud.hub.createBucket(AT.bucket(), Optional.of(2), Optional.of(4));
      byte[] content = cloud.bytes(BLOCKS * Limits.BLOCK_BYTES);
      cloud.put(AT, content);
      for (int round = 0; round < rounds; round++) {
        interrupted(cloud, target);
        cloud.hosts.all().forEach(host -> host.fault(Fault.NONE));
        ObjectReader object = cloud.client.open(AT, Optional.empty());
        cloud.client.getFile(object, target, TransferProgress.NONE);
        if (!Arrays.equals(Files.readAllBytes(target), content)) {
          throw new AssertionError("round " + round + ": the file has other bytes");
        }
      }
    }
  }

  private static void interrupted(TestCloud cloud, Path target) {
    AtomicLong written = new AtomicLong();
    ObjectReader object = cloud.client.open(AT, Optional.empty());
    try {
      cloud.client.getFile(
          object,
          target,
          bytes -> {
            if (written.addAndGet(bytes) >= INTERRUPTED_BYTES) {
              cloud.hosts.all().forEach(host -> host.fault(Fault.DEAD));
            }
          });
    } catch (ZansocException e) {
      if (!e.code().retryable()) {
        throw e;
      }
    }
  }
}
