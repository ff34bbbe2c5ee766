package cloud.zansoc.hub.registry;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.storage.hub.TenantQuotas;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The clients and operators, and their tenants' quotas. Answers from memory. Thread-safe. */
public final class Members implements TenantQuotas {
  private final RegistryStore store;
  private final Map<PeerId, Member> members = new ConcurrentHashMap<>();
  private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

  /** Reads the members from {@code store}. */
  public Members(RegistryStore store) {
    this.store = store;
    store.members().forEach(member -> members.put(member.id(), member));
  }

  /** The member of this id. */
  public Optional<Member> member(PeerId id) {
    return Optional.ofNullable(members.get(id));
  }

  /** The tenant of this id. */
  public Optional<Tenant> tenant(String id) {
    Tenant known = tenants.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Tenant> kept = store.tenant(id);
    kept.ifPresent(tenant -> tenants.put(id, tenant));
    return kept;
  }

  @Override
  public Optional<ByteSize> quota(String tenant) {
    return tenant(tenant).flatMap(Tenant::quota);
  }

  /** How many there are. */
  public int count() {
    return members.size();
  }

  /** Adds a member and its tenant where they are not there yet. */
  public void add(Tenant tenant, Member member) {
    store.addMember(tenant, member);
    remember(member);
  }

  /** A member that the store has. */
  void remember(Member member) {
    members.put(member.id(), member);
  }
}
