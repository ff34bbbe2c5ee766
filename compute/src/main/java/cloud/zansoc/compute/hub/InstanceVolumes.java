package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import java.util.Optional;

/** Which instance has which volume. The same call again changes nothing. Thread-safe. */
public interface InstanceVolumes {
  /**
   * Gives a volume to one generation of an instance, and takes it from older ones. It is made where
   * it is not there yet. The same again changes nothing.
   *
   * @param name of the volume of this very instance: NAME, or NAME-1, NAME-2 …
   * @param holder the host that will run this generation
   * @return for the order to that host
   * @throws cloud.zansoc.base.ZansocException CONFLICT where another instance or a newer generation
   *     has it
   */
  InstanceSpec.Volume attach(
      String tenant, String name, VolumeMount mount, VolumeRecord.Holder holder);

  /**
   * Why an instance cannot get a volume: in use by another one. Empty where it can, or where there
   * is no such volume yet.
   */
  Optional<String> obstacle(String tenant, String name, Optional<InstanceId> instance);

  /** Frees a volume that this generation of an instance, or an older one, has. */
  void detach(String id, InstanceId instance, long generation);
}
