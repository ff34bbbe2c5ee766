package cloud.zansoc.hub.registry;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.KeyRegistration;
import cloud.zansoc.net.node.KeyView;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which SSH key reaches whose instances: the keys that were registered, and every member's own
 * identity. Thread-safe.
 */
public final class SshAccess {
  private final KeyStore store;
  private final Members members;
  private final Clock clock;

  /** Access by the keys in {@code store}, and the identities of {@code members}. */
  public SshAccess(KeyStore store, Members members, Clock clock) {
    this.store = store;
    this.members = members;
    this.clock = clock;
  }

  /** The tenants whose instances a key reaches now; none where nobody knows it. */
  public Set<String> tenants(byte[] key) {
    Set<String> tenants = new LinkedHashSet<>();
    SshKey.rawEd25519(key)
        .flatMap(raw -> members.member(PeerId.ofPublicKey(raw)))
        .ifPresent(member -> tenants.add(member.tenant()));
    tenants.addAll(store.tenants(SshKey.fingerprint(key), clock.instant()));
    return tenants;
  }

  /** Registers a key; throws INVALID_ARGUMENT where it is none, or has expired. */
  public KeyView add(String tenant, KeyRegistration registration) {
    SshKey key = SshKey.parse(registration.key());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<Instant> expires =
        registration.expires().map(time -> time.truncatedTo(ChronoUnit.MILLIS));
    if (expires.filter(time -> !time.isAfter(now)).isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the key would have expired already: " + expires.get());
    }
    KeyView view = new KeyView(key.fingerprint(), key.type(), key.comment(), now, expires);
    store.put(tenant, view);
    return view;
  }

  /** A tenant's keys, oldest first. */
  public List<KeyView> keys(String tenant) {
    return store.keys(tenant);
  }

  /**
   * Removes a key; connections that it opened go on to their end.
   *
   * @param name its fingerprint, or its comment where no other key has the same
   */
  public void remove(String tenant, String name) {
    List<KeyView> named =
        store.keys(tenant).stream()
            .filter(key -> key.fingerprint().equals(name) || key.comment().equals(name))
            .toList();
    if (named.size() > 1) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%d keys are called '%s': name one by its fingerprint (zansoc key ls)"
              .formatted(named.size(), name));
    }
    if (named.isEmpty() || !store.remove(tenant, named.getFirst().fingerprint())) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND, "no key is called '" + name + "': zansoc key ls shows them");
    }
  }
}
