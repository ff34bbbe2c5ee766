package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.NewVolume;
import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The volumes of all tenants: who has them, and which snapshots there are. A volume belongs to its
 * tenant and outlives deployments. Of two hosts that think they hold one, only that of the newest
 * generation can record a snapshot. Thread-safe.
 */
public final class Volumes implements InstanceVolumes {
  private final VolumeStore store;
  private final Surroundings surroundings;
  private final Clock clock;
  private final RandomGenerator random;

  /** What volumes stand on. */
  public record Surroundings(VolumeBuckets buckets, VolumeKeys keys, VolumeHosts hosts) {}

  /**
   * @param random where ids come from
   */
  public Volumes(
      VolumeStore store, Surroundings surroundings, Clock clock, RandomGenerator random) {
    this.store = store;
    this.surroundings = surroundings;
    this.clock = clock;
    this.random = random;
  }

  /** Makes an empty volume; ALREADY_EXISTS. */
  public VolumeView create(String tenant, NewVolume wanted) {
    return view(create(tenant, wanted, Optional.empty()));
  }

  private VolumeRecord create(
      String tenant, NewVolume wanted, Optional<VolumeRecord.Origin> origin) {
    if (store.find(tenant, wanted.name()).isPresent()) {
      throw new ZansocException(
          ErrorCode.ALREADY_EXISTS, "there is a volume '%s' already".formatted(wanted.name()));
    }
    String id = InstanceId.random(random).toString();
    String bucket = surroundings.buckets().create(tenant, id);
    try {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      VolumeRecord made =
          VolumeRecord.create(
              new VolumeRecord.Identity(id, tenant, wanted.name(), now),
              wanted.size(),
              bucket,
              new VolumeRecord.SealedKey(surroundings.keys().create(id)),
              origin);
      store.insert(made);
      return made;
    } catch (RuntimeException e) {
      surroundings.buckets().remove(tenant, bucket);
      throw e;
    }
  }

  /** A tenant's volumes by name. */
  public List<VolumeView> list(String tenant) {
    return store.ofTenant(tenant).stream().map(this::view).toList();
  }

  /** A tenant's volume; NOT_FOUND. */
  public VolumeView show(String tenant, String name) {
    return view(require(tenant, name));
  }

  @Override
  public InstanceSpec.Volume attach(
      String tenant, String name, VolumeMount mount, VolumeRecord.Holder holder) {
    if (store.find(tenant, name).isEmpty()) {
      try {
        create(tenant, new NewVolume(name, mount.size()));
      } catch (ZansocException e) {
        if (e.code() != ErrorCode.ALREADY_EXISTS) {
          throw e;
        }
      }
    }
    String id = require(tenant, name).identity().id();
    VolumeRecord attached =
        store.update(id, volume -> volume.attached(holder, mount.snapshotEvery()));
    return new InstanceSpec.Volume(
        id, new VolumeMount(name, mount.path(), attached.size(), mount.snapshotEvery()));
  }

  @Override
  public Optional<String> obstacle(String tenant, String name, Optional<InstanceId> instance) {
    return store
        .find(tenant, name)
        .flatMap(VolumeRecord::use)
        .map(VolumeRecord.Use::holder)
        .filter(holder -> !Optional.of(holder.instance()).equals(instance))
        .map(holder -> "volume '%s' is in use by %s".formatted(name, holder.name()));
  }

  @Override
  public void detach(String id, InstanceId instance, long generation) {
    if (store.find(id).isPresent()) {
      store.update(id, volume -> volume.detached(instance, generation));
    }
  }

  /** Has the host that holds it take a snapshot now; CONFLICT where nobody does. */
  public VolumeView snapshot(String tenant, String name, boolean keep) {
    VolumeRecord volume = require(tenant, name);
    VolumeRecord.Use use =
        volume
            .use()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.CONFLICT,
                    "volume '%s' is not in use: its newest snapshot has all there is"
                        .formatted(name)));
    surroundings.hosts().snapshot(use.holder().host(), volume.identity().id(), keep);
    return show(tenant, name);
  }

  /** Rolls a free volume back to one of its snapshots. */
  public VolumeView restore(String tenant, String name, long number) {
    String id = require(tenant, name).identity().id();
    return view(store.update(id, volume -> volume.restored(number)));
  }

  /**
   * Makes a volume that begins as a snapshot of another one, which may be in use. The snapshot
   * stays from now on.
   */
  public VolumeView restoreInto(String tenant, String name, long number, String fresh) {
    VolumeRecord from = require(tenant, name);
    String id = from.identity().id();
    VolumeSnapshot there = from.snapshot(number);
    VolumeRecord made =
        create(
            tenant,
            new NewVolume(fresh, from.size()),
            Optional.of(new VolumeRecord.Origin(id, there.number())));
    try {
      // Behind the new volume's record: whoever removes the snapshot sees one or the other.
      store.update(id, volume -> volume.keeping(number));
    } catch (RuntimeException e) {
      store.remove(made.identity().id());
      forget(made);
      throw e;
    }
    return view(made);
  }

  /** Removes one snapshot; its blocks go when the volume's host next looks. */
  public VolumeView removeSnapshot(String tenant, String name, long number) {
    String id = require(tenant, name).identity().id();
    return view(
        store.update(
            id,
            volume -> {
              requireNoneBegins(volume, its -> its.snapshot() == number);
              return volume.without(number);
            }));
  }

  private void requireNoneBegins(VolumeRecord volume, Predicate<VolumeRecord.Origin> with) {
    begunWith(volume, with)
        .ifPresent(other -> {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "volume '%s' begins with snapshot %d of '%s', until it has a snapshot of its own: use it, or remove it first"
                  .formatted(
                      other.identity().name(),
                      other.origin().map(VolumeRecord.Origin::snapshot).orElse(0L),
                      volume.identity().name()));
        });
  }

  private Optional<VolumeRecord> begunWith(
      VolumeRecord volume, Predicate<VolumeRecord.Origin> with) {
    return store.ofTenant(volume.identity().tenant()).stream()
        .filter(other ->
            other
                .origin()
                .filter(its -> its.volume().equals(volume.identity().id()))
                .filter(with)
                .isPresent())
        .findFirst();
  }

  /** Removes a free volume with all its snapshots, for good. */
  public void remove(String tenant, String name) {
    VolumeRecord volume = require(tenant, name);
    requireNoneBegins(volume, its -> true);
    store.remove(volume.identity().id());
    forget(volume);
  }

  /** Goes on with removals that were interrupted. */
  public void finishRemovals() {
    store.removed().forEach(this::forget);
  }

  private void forget(VolumeRecord volume) {
    if (begunWith(volume, its -> true).isPresent()) {
      return; // Begun while it was being removed: its snapshots are needed for a while.
    }
    surroundings.buckets().remove(volume.identity().tenant(), volume.bucket());
    store.forget(volume.identity().id());
  }

  /** What the holder needs to keep it; CONFLICT for everybody else. */
  public VolumeAttachment attachment(String id, PeerId host, long generation) {
    return attachment(held(id, host, generation));
  }

  /** Records a snapshot that {@code host} has stored: from now on it is the newest. */
  public VolumeAttachment record(String id, PeerId host, long generation, VolumeSnapshot snapshot) {
    Instant now = clock.instant();
    return attachment(store.update(id, volume -> volume.recorded(host, generation, snapshot, now)));
  }

  /** Notes that nothing has changed since the newest snapshot. */
  public void safe(String id, PeerId host, long generation, Instant until) {
    store.update(id, volume -> volume.safe(host, generation, until.truncatedTo(ChronoUnit.MILLIS)));
  }

  /** A volume that {@code host} holds in {@code generation}; CONFLICT where it does not. */
  public VolumeRecord held(String id, PeerId host, long generation) {
    VolumeRecord volume =
        store
            .find(id)
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NOT_FOUND, "there is no volume with the id " + id + " any more"));
    VolumeRecord.Use use = volume.requireHolder(host, generation);
    assert use.holder().generation() == generation;
    return volume;
  }

  private VolumeRecord require(String tenant, String name) {
    return store
        .find(tenant, name)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.NOT_FOUND,
                "there is no volume '%s': list them with zansoc volume ls".formatted(name)));
  }

  private VolumeAttachment attachment(VolumeRecord volume) {
    String id = volume.identity().id();
    return new VolumeAttachment(
        id,
        volume.bucket(),
        surroundings.keys().open(id, volume.sealedKey().bytes()),
        volume.size(),
        volume.snapshots(),
        volume.lastNumber(),
        Optional.of(volume.start()).filter(start -> start > 0),
        originOf(volume).map(from -> origin(volume, from)));
  }

  private VolumeAttachment.Origin origin(VolumeRecord volume, VolumeRecord from) {
    return new VolumeAttachment.Origin(
        from.bucket(),
        surroundings.keys().open(from.identity().id(), from.sealedKey().bytes()),
        from.snapshot(volume.origin().orElseThrow().snapshot()));
  }

  /** The volume that another one's first image is restored from, removed or not. */
  public Optional<VolumeRecord> originOf(VolumeRecord volume) {
    return volume
        .origin()
        .map(VolumeRecord.Origin::volume)
        .flatMap(id ->
            store
                .find(id)
                .or(() ->
                    store.removed().stream()
                        .filter(its -> its.identity().id().equals(id))
                        .findFirst()));
  }

  private VolumeView view(VolumeRecord volume) {
    return new VolumeView(
        volume.identity().id(),
        volume.identity().name(),
        volume.size(),
        volume.identity().created(),
        volume
            .use()
            .map(use ->
                new VolumeView.Use(
                    use.holder().name(),
                    surroundings.hosts().name(use.holder().host()),
                    use.holder().generation(),
                    use.snapshotEvery(),
                    use.safeUntil())),
        volume.snapshots(),
        volume.start(),
        originOf(volume)
            .map(from -> from.identity().name() + "@" + volume.origin().orElseThrow().snapshot()),
        surroundings.buckets().stored(volume.identity().tenant(), volume.bucket()));
  }
}
