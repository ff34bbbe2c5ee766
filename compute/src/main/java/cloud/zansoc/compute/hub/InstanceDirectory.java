package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;

/** Finds where instances run. Thread-safe. */
@FunctionalInterface
public interface InstanceDirectory {
  /**
   * The host on which an instance of a tenant runs now.
   *
   * @param name INSTANCE, or INSTANCE.DEPLOYMENT where several deployments have one of that name
   * @throws cloud.zansoc.base.ZansocException NOT_FOUND, with the names that there are; CONFLICT
   *     where it does not run now, or several have the name
   */
  Place find(String tenant, String name);

  /**
   * Where an instance is.
   *
   * @param name within its deployment
   */
  record Place(PeerId host, InstanceId instance, String name, String deployment) {
    @Override
    public String toString() {
      return name + "." + deployment;
    }
  }
}
