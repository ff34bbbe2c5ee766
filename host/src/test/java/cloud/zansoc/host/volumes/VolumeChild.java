package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ByteSize;
import java.nio.file.Path;
import java.util.Random;

/**
 * A host's program that stops at a point of its work, says so, and waits to be killed.
 *
 * <p>Arguments: the folder of the volumes, that of the hub, the generation, and the point: put,
 * record, recorded, restore, frozen or mounted.
 */
final class VolumeChild {
  private VolumeChild() {}

  public static void main(String[] arguments) throws Exception {
    FolderVolumeHub hub = new FolderVolumeHub(Path.of(arguments[1]));
    long generation = Long.parseLong(arguments[2]);
    Runnable stop = VolumeChild::stop;
    switch (arguments[3]) {
      case "put" -> hub.beforePut(stop);
      case "record" -> hub.beforeRecord(stop);
      case "recorded" -> hub.afterRecord(stop);
      case "restore" -> hub.beforeCopy(stop);
      default -> {}
    }
    HostVolumes volumes =
        HostVolumes.open(Path.of(arguments[0]), new ByteSize(0), hub, new Random(1));
    Path mounted = volumes.attach(HostVolumesTest.VOLUME, generation);
    switch (arguments[3]) {
      case "frozen" -> {
        FrozenFileSystem frozen = FrozenFileSystem.freeze(mounted);
        stop();
        frozen.close();
      }
      case "mounted" -> stop();
      default -> volumes.snapshot(HostVolumesTest.VOLUME.id(), true);
    }
  }

  private static void stop() {
    System.out.println("here");
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
