package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.VolumeSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A volume as the hub keeps it, and every step it can take. Immutable.
 *
 * @param bucket the hidden one that its snapshots lie in
 * @param sealedKey its key, encrypted by the hub
 * @param lastNumber of the snapshots that were ever made; 0: none
 * @param start the snapshot that a fresh image begins with; 0: an empty file system
 * @param snapshots that can be restored, the newest first
 * @param origin what its first image begins with, until it has a snapshot of its own
 */
public record VolumeRecord(
    Identity identity,
    ByteSize size,
    String bucket,
    SealedKey sealedKey,
    long lastNumber,
    long start,
    Optional<Use> use,
    List<VolumeSnapshot> snapshots,
    Optional<Origin> origin) {

  /**
   * A snapshot of another volume.
   *
   * @param volume its id
   */
  public record Origin(String volume, long snapshot) {}

  /**
   * What never changes.
   *
   * @param id names it on hosts and in storage
   * @param name unique within its tenant
   */
  public record Identity(String id, String tenant, String name, Instant created) {}

  /** Bytes that only the hub can read. */
  public record SealedKey(byte[] bytes) {
    public SealedKey {
      bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SealedKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /**
   * Who may write to a volume: one host for one generation of one instance.
   *
   * @param name of the instance, with its deployment, for people
   */
  public record Holder(InstanceId instance, String name, long generation, PeerId host) {}

  /**
   * A volume's use.
   *
   * @param snapshotEvery as the client wants it
   * @param safeUntil all that was written before is in a snapshot
   */
  public record Use(Holder holder, Duration snapshotEvery, Optional<Instant> safeUntil) {}

  public VolumeRecord {
    snapshots =
        snapshots.stream()
            .sorted(Comparator.comparingLong(VolumeSnapshot::number).reversed())
            .toList();
  }

  /** A new volume. */
  static VolumeRecord create(
      Identity identity, ByteSize size, String bucket, SealedKey key, Optional<Origin> origin) {
    return new VolumeRecord(identity, size, bucket, key, 0, 0, Optional.empty(), List.of(), origin);
  }

  /**
   * Given to {@code holder}, and to nobody else from now on.
   *
   * @throws ZansocException CONFLICT where another instance uses it, or a newer generation
   */
  VolumeRecord attached(Holder holder, Duration snapshotEvery) {
    Optional<Holder> before = use.map(Use::holder);
    if (before.filter(its -> !its.instance().equals(holder.instance())).isPresent()) {
      throw inUse();
    }
    boolean older = before.filter(its -> its.generation() > holder.generation()).isPresent();
    boolean elsewhere =
        before
            .filter(its -> its.generation() == holder.generation())
            .filter(its -> !its.host().equals(holder.host()))
            .isPresent();
    if (older || elsewhere) {
      throw fenced(holder.generation());
    }
    Optional<Instant> safeUntil =
        snapshots.stream().filter(its -> its.number() == start).findFirst().map(its -> its.taken());
    return with(
        start,
        Optional.of(
            new Use(holder, snapshotEvery, use.flatMap(Use::safeUntil).or(() -> safeUntil))),
        snapshots);
  }

  /** Free again, if this instance in this generation or an older one has it. */
  VolumeRecord detached(InstanceId instance, long generation) {
    return use.map(Use::holder)
            .filter(its -> its.instance().equals(instance) && its.generation() <= generation)
            .isPresent()
        ? with(start, Optional.empty(), snapshots)
        : this;
  }

  /** Whoever holds it, if it is this host in this generation; CONFLICT. */
  Use requireHolder(PeerId host, long generation) {
    return use.filter(
            its -> its.holder().host().equals(host) && its.holder().generation() == generation)
        .orElseThrow(() -> fenced(generation));
  }

  /**
   * With a snapshot on top. The same again changes nothing.
   *
   * @param now by the hub's clock, which says what has expired
   * @throws ZansocException CONFLICT where the host is not the holder any more, or where the number
   *     is not the next
   */
  VolumeRecord recorded(PeerId host, long generation, VolumeSnapshot snapshot, Instant now) {
    Use holding = requireHolder(host, generation);
    if (snapshots.contains(snapshot)) {
      return this;
    }
    if (snapshot.number() != lastNumber + 1) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "snapshot %d of volume '%s' is not the next after %d"
              .formatted(snapshot.number(), identity.name(), lastNumber));
    }
    List<VolumeSnapshot> all = new ArrayList<>(snapshots);
    all.add(snapshot);
    return new VolumeRecord(
        identity,
        size,
        bucket,
        sealedKey,
        snapshot.number(),
        snapshot.number(),
        Optional.of(
            new Use(holding.holder(), holding.snapshotEvery(), Optional.of(snapshot.taken()))),
        SnapshotRetention.retained(all, now),
        Optional.empty());
  }

  /** Nothing has changed until {@code time}, says its holder. */
  VolumeRecord safe(PeerId host, long generation, Instant time) {
    Use holding = requireHolder(host, generation);
    Instant until = holding.safeUntil().filter(known -> known.isAfter(time)).orElse(time);
    return with(
        start,
        Optional.of(new Use(holding.holder(), holding.snapshotEvery(), Optional.of(until))),
        snapshots);
  }

  /**
   * Rolled back: the next image begins with an earlier snapshot; later ones stay.
   *
   * @throws ZansocException CONFLICT while it is in use, NOT_FOUND
   */
  VolumeRecord restored(long number) {
    requireFree();
    return with(snapshot(number).number(), use, snapshots);
  }

  /** Without one of its snapshots; CONFLICT for the one that the next image begins with. */
  VolumeRecord without(long number) {
    VolumeSnapshot gone = snapshot(number);
    if (number == start) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "snapshot %d is the state of volume '%s': remove the volume, or go back to another first"
              .formatted(number, identity.name()));
    }
    return with(start, use, snapshots.stream().filter(its -> !its.equals(gone)).toList());
  }

  /** One of its snapshots stays until it is removed by hand: another volume begins with it. */
  VolumeRecord keeping(long number) {
    VolumeSnapshot wanted = snapshot(number);
    VolumeSnapshot kept =
        new VolumeSnapshot(
            number, wanted.object(), wanted.taken(), wanted.uploaded(), wanted.content(), true);
    return with(
        start, use, snapshots.stream().map(its -> its.equals(wanted) ? kept : its).toList());
  }

  /** CONFLICT where an instance has it. */
  void requireFree() {
    if (use.isPresent()) {
      throw inUse();
    }
  }

  /** One of its snapshots; NOT_FOUND. */
  VolumeSnapshot snapshot(long number) {
    return snapshots.stream()
        .filter(its -> its.number() == number)
        .findFirst()
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.NOT_FOUND,
                "volume '%s' has no snapshot %d: list them with zansoc volume show %s"
                    .formatted(identity.name(), number, identity.name())));
  }

  private ZansocException inUse() {
    return new ZansocException(
        ErrorCode.CONFLICT,
        "volume '%s' is in use by %s: stop using it there first"
            .formatted(identity.name(), use.map(its -> its.holder().name()).orElse("nobody")));
  }

  private ZansocException fenced(long generation) {
    return new ZansocException(
        ErrorCode.CONFLICT,
        "volume '%s' is not this host's in generation %d: %s"
            .formatted(
                identity.name(),
                generation,
                use.map(its -> "generation " + its.holder().generation() + " has it")
                    .orElse("nobody has it")));
  }

  private VolumeRecord with(long newStart, Optional<Use> newUse, List<VolumeSnapshot> newOnes) {
    return new VolumeRecord(
        identity, size, bucket, sealedKey, lastNumber, newStart, newUse, newOnes, origin);
  }
}
