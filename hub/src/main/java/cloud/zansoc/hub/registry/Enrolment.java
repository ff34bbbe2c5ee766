package cloud.zansoc.hub.registry;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.net.node.ClientRegistration;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lets peers in. Thread-safe. */
public final class Enrolment {
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

  /** What a peer's id looks like: a host so called could be taken for another. */
  private static final Pattern PEER_ID = Pattern.compile("[a-z2-7]{52}");

  private static final int TENANT_ID_BYTES = 10;
  private static final int MAX_NAME = 200;
  private static final int MAX_LABELS = 32;
  private static final int MAX_LABEL = 255;

  private final RegistryStore store;
  private final Directory directory;
  private final Terms terms;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** Who is known, and by which invitations others become so. */
  public record Directory(Members members, Hosts hosts, Invitations invitations) {}

  /**
   * On which terms peers are let in.
   *
   * @param quota of a new tenant; none for no limit
   */
  public record Terms(AdmissionRules rules, Optional<ByteSize> quota) {}

  /** What came of a host's wish to join. */
  public sealed interface Outcome {
    /** It is a host now. */
    record Joined(NodeView node) implements Outcome {}

    /** Its machine does not meet the rules; the token keeps its use. */
    record Refused(AdmissionRefusal refusal) implements Outcome {}
  }

  /** Lets peers into {@code directory}. */
  public Enrolment(RegistryStore store, Directory directory, Terms terms, Clock clock) {
    this.store = store;
    this.directory = directory;
    this.terms = terms;
    this.clock = clock;
  }

  /** The rules for machines. */
  public AdmissionRules rules() {
    return terms.rules();
  }

  /**
   * Makes a client of {@code peer}; one that is a member already stays what it is.
   *
   * @throws ZansocException TOKEN_*, PEER_ID_MISMATCH, INVALID_ARGUMENT, CONFLICT where it is a
   *     host
   */
  public Member joinClient(PeerId peer, ClientRegistration registration) {
    requireKey(peer, registration.publicKey());
    requireText("name", registration.name(), MAX_NAME);
    if (directory.hosts().isEnrolled(peer)) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "this identity is a host's: log in with another profile folder (ZANSOC_HOME)");
    }
    Digest secret = directory.invitations().digest(registration.token());
    Instant now = now();
    Tenant own = newTenant(registration.name(), now);
    Member joining =
        new Member(peer, registration.publicKey(), registration.name(), Role.CLIENT, "", now);
    Member member = store.joinMember(secret, own, joining);
    directory.members().remember(member);
    return member;
  }

  private Tenant newTenant(String name, Instant now) {
    byte[] id = new byte[TENANT_ID_BYTES];
    random.nextBytes(id);
    return new Tenant(Base32.encode(id), name, terms.quota(), now);
  }

  /**
   * Makes a host of {@code peer} if its machine meets the rules, or changes the host that it is.
   *
   * @param ip where the request came from
   * @throws ZansocException TOKEN_*, PEER_ID_MISMATCH, INVALID_ARGUMENT, INVALID_NAME,
   *     ALREADY_EXISTS (the name), CONFLICT where it is a client
   */
  public Outcome joinHost(PeerId peer, HostRegistration registration, String ip) {
    requireKey(peer, registration.publicKey());
    requireWellFormed(registration);
    if (directory.members().member(peer).isPresent()) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "this identity is a client's: join with another data folder (--data)");
    }
    Digest secret = directory.invitations().digest(registration.token());
    if (!directory.hosts().isEnrolled(peer)) {
      store
          .token(secret)
          .orElseThrow(() ->
              new ZansocException(
                  ErrorCode.TOKEN_INVALID,
                  "the hub does not know this join token: copy it whole, or ask the operator"
                      + " for a new one"))
          .check(true, now());
    }
    AdmissionRefusal checked = Admission.check(terms.rules(), registration);
    if (!Admission.admits(checked)) {
      return new Outcome.Refused(checked);
    }
    HostRecord host = store.joinHost(secret, joining(peer, registration, ip));
    directory.hosts().remember(host);
    return new Outcome.Joined(directory.hosts().node(peer.toString()));
  }

  private HostRecord joining(PeerId peer, HostRegistration registration, String ip) {
    HostRegistration kept =
        new HostRegistration(
            "",
            registration.publicKey(),
            registration.name(),
            registration.version(),
            registration.address(),
            registration.capacity(),
            registration.pricePerTbMonth(),
            registration.labels(),
            registration.machine());
    Instant now = now();
    return new HostRecord(
        peer, kept, HostRecord.Wish.ACTIVE, Optional.empty(), ip, now, now, Optional.empty());
  }

  private static void requireWellFormed(HostRegistration registration) {
    if (!HOST_NAME.matcher(registration.name()).matches()) {
      throw new ZansocException(
          ErrorCode.INVALID_NAME,
          "a host's name has 1 to 63 of a-z, 0-9, dot and hyphen: choose one with --name");
    }
    if (PEER_ID.matcher(registration.name()).matches()) {
      throw new ZansocException(
          ErrorCode.INVALID_NAME, "a host's name cannot look like an id: choose another by --name");
    }
    requireText("version", registration.version(), MAX_NAME);
    Map<String, String> labels = registration.labels();
    if (labels.size() > MAX_LABELS
        || labels.entrySet().stream()
            .anyMatch(label -> label.getKey().length() + label.getValue().length() > MAX_LABEL)) {
      throw invalid(
          "a host has at most %d labels of %d characters".formatted(MAX_LABELS, MAX_LABEL));
    }
    if (registration.pricePerTbMonth().microDollars() < 0) {
      throw invalid("a price cannot be negative");
    }
  }

  private static void requireKey(PeerId peer, byte[] publicKey) {
    if (publicKey.length != PeerId.BYTES || !PeerId.ofPublicKey(publicKey).equals(peer)) {
      throw new ZansocException(
          ErrorCode.PEER_ID_MISMATCH,
          "field 'publicKey' is not the key of the certificate that came with the request");
    }
  }

  private static void requireText(String field, String text, int limit) {
    if (text.isBlank() || text.length() > limit) {
      throw invalid("field '%s' has 1 to %d characters".formatted(field, limit));
    }
  }

  private static ZansocException invalid(String message) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, message);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
