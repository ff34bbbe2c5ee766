package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/**
 * Measures how long writers wait for a snapshot. Arguments: an empty folder on the file system in
 * question, and how many MiB the volume holds. Needs root. docs/operations/host.md has figures.
 */
final class SnapshotPause {
  private static final int ROUNDS = 5;

  private SnapshotPause() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int mebibytes = Integer.parseInt(arguments[1]);
    ByteSize size = ByteSize.ofMebibytes(2L * mebibytes);
    FolderVolumeHub hub = new FolderVolumeHub(folder.resolve("hub")).create(size);
    InstanceSpec.Volume volume =
        new InstanceSpec.Volume("v", new VolumeMount("data", "/data", size, Duration.ofHours(1)));
    Random random = new Random(1);
    try (HostVolumes host =
        HostVolumes.open(folder.resolve("host"), new ByteSize(0), hub, random)) {
      Path file = host.attach(volume, 1).resolve("file");
      fill(file, mebibytes, random);
      measured(host, hub, "first, all of " + mebibytes + " MiB");
      for (int i = 0; i < ROUNDS; i++) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          for (int block = 0; block < 16; block++) {
            int written =
                channel.write(ByteBuffer.allocate(4096), (long) random.nextInt(mebibytes) << 20);
            assert written == 4096;
          }
        }
        measured(host, hub, "16 blocks changed");
      }
      measured(host, hub, "nothing changed");
      host.detach(volume, 1, false);
    }
  }

  private static void fill(Path file, int mebibytes, Random random) throws Exception {
    byte[] chunk = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
  }

  private static void measured(HostVolumes host, FolderVolumeHub hub, String what) {
    long begun = System.nanoTime();
    host.snapshot("v", false);
    long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
    System.out.printf(
        "%s: %d ms in all, writers waited %d ms, %d KiB stored%n",
        what,
        millis,
        host.volumes().getFirst().snapshots().pause().toMillis(),
        hub.takeUploaded() >> 10);
  }
}
