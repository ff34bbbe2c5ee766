package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who has which volume, in memory. */
public final class MemoryInstanceVolumes implements InstanceVolumes {
  private final Map<String, VolumeRecord.Holder> holders = new HashMap<>();

  @Override
  public synchronized InstanceSpec.Volume attach(
      String tenant, String name, VolumeMount mount, VolumeRecord.Holder holder) {
    String id = tenant + "/" + name;
    VolumeRecord.Holder before = holders.getOrDefault(id, holder);
    boolean same = before.instance().equals(holder.instance());
    boolean newer = before.generation() < holder.generation();
    if (!same || (!newer && !before.equals(holder))) {
      throw new ZansocException(ErrorCode.CONFLICT, id + " is held by " + before);
    }
    holders.put(id, holder);
    return new InstanceSpec.Volume(id, mount);
  }

  @Override
  public synchronized Optional<String> obstacle(
      String tenant, String name, Optional<InstanceId> instance) {
    return Optional.ofNullable(holders.get(tenant + "/" + name))
        .filter(holder -> !Optional.of(holder.instance()).equals(instance))
        .map(holder -> "volume '%s' is in use by %s".formatted(name, holder.name()));
  }

  @Override
  public synchronized void detach(String id, InstanceId instance, long generation) {
    holders
        .values()
        .removeIf(
            holder -> holder.instance().equals(instance) && holder.generation() <= generation);
  }

  /** Volumes that some instance has. */
  public synchronized int held() {
    return holders.size();
  }
}
