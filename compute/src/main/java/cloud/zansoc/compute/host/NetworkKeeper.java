package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.PrivateNetwork;

/**
 * Keeps running instances in their deployments' private networks. Each call blocks until it is
 * done, and may be repeated: what is so already stays so. Thread-safe; one instance is changed by
 * one thread at a time.
 */
public interface NetworkKeeper extends AutoCloseable {
  /**
   * Has an instance in its place, until it leaves; called again when it was started again, or its
   * place or the names changed.
   *
   * @param process the instance's first process on this machine
   */
  void join(InstanceId instance, long process, PrivateNetwork place);

  /** Ends an instance's membership, if it is a member; nothing of it stays behind. */
  void leave(InstanceId instance);

  /** Ends what this program does for all instances; those that run stay where they are. */
  @Override
  void close();
}
