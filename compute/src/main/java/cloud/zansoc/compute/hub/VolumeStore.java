package cloud.zansoc.compute.hub;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The hub's volumes, durable when a call returns. Thread-safe. */
public interface VolumeStore {
  /** Adds a volume; ALREADY_EXISTS where its tenant has one of that name. */
  void insert(VolumeRecord volume);

  /** A tenant's volume by its name. */
  Optional<VolumeRecord> find(String tenant, String name);

  /** A volume by its id. */
  Optional<VolumeRecord> find(String id);

  /** A tenant's volumes by name. */
  List<VolumeRecord> ofTenant(String tenant);

  /**
   * Changes a volume as if alone. {@code change} has no other effect, as it may run several times;
   * what it throws changes nothing.
   *
   * @return what it is now
   * @throws cloud.zansoc.base.ZansocException NOT_FOUND
   */
  VolumeRecord update(String id, UnaryOperator<VolumeRecord> change);

  /**
   * Takes a volume away from its tenant, its name included; it stays in {@link #removed} until
   * {@link #forget}. CONFLICT where it is in use.
   */
  void remove(String id);

  /** What was removed and not forgotten yet. */
  List<VolumeRecord> removed();

  /** Forgets a removed volume. */
  void forget(String id);
}
