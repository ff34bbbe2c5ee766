package cloud.zansoc.compute.engine;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Instances for tests: half a vCPU, 64 MiB, 256 MiB of disk. */
public final class Specs {
  /** The size of each. */
  public static final InstanceSize SIZE =
      new InstanceSize(500, ByteSize.ofMebibytes(64), ByteSize.ofMebibytes(256), 0);

  private Specs() {}

  /** One named web-1 of the deployment "shop". */
  public static InstanceSpec of(InstanceId id, String image, String... command) {
    return of(id, image, Map.of(), List.of(), SIZE, List.of(command));
  }

  /** The same, with all that tests vary. */
  public static InstanceSpec of(
      InstanceId id,
      String image,
      Map<String, String> environment,
      List<InstanceSpec.Volume> volumes,
      InstanceSize size,
      List<String> command) {
    return new InstanceSpec(
        id,
        "web-1",
        "shop",
        "tenant",
        image,
        command,
        environment,
        size,
        volumes,
        List.of(),
        RestartPolicy.NEVER,
        Optional.empty());
  }
}
