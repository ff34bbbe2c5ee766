package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.net.http.Json;
import java.util.List;

/**
 * What a lease is for, as its offer names it by a digest: docs/format/lease-offer.md. The
 * environment is left out: it may hold secrets, which a digest would help to guess. Pure.
 */
public final class LeasedResources {
  private static final int VERSION = 1;

  private LeasedResources() {}

  /** Members are in the order of their names, as they are written. */
  private record Description(
      List<String> command,
      String deployment,
      long disk,
      int gpus,
      String image,
      String instance,
      long memory,
      int milliVcpus,
      String name,
      List<Integer> ports,
      int version,
      List<Volume> volumes) {}

  private record Volume(String id, String path, long size) {}

  /** The canonical JSON that the digest is of. */
  public static byte[] describe(InstanceSpec instance) {
    InstanceSize size = instance.size();
    return Json.write(
        new Description(
            instance.command(),
            instance.deployment(),
            size.disk().bytes(),
            size.gpus(),
            ImageReference.shown(instance.image()),
            instance.id().toString(),
            size.memory().bytes(),
            size.milliVcpus(),
            instance.name(),
            instance.ports().stream().map(PortSpec::port).sorted().toList(),
            VERSION,
            instance.volumes().stream()
                .map(volume ->
                    new Volume(volume.id(), volume.mount().path(), volume.mount().size().bytes()))
                .toList()));
  }

  /** SHA-256 of the description. */
  public static Digest digest(InstanceSpec instance) {
    return Digest.sha256(describe(instance));
  }
}
