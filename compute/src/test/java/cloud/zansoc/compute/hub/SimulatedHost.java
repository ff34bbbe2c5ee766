package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.api.UsageRequest;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Orders;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A host that keeps instances by the rules of orders: it keeps the newest one durably, refuses
 * older ones, runs what is paid, freezes what may run elsewhere while its hub is silent, and drops
 * what is no longer kept. A test kills and cuts it off.
 */
final class SimulatedHost {
  static final Duration PREPARING = Duration.ofSeconds(2);

  /** It freezes instances so long before they may run elsewhere. */
  static final Duration MARGIN = Duration.ofSeconds(5);

  static final KeyPair HUB_KEYS = newKeys();
  static final PeerId HUB = PeerId.ofPublicKey(Ed25519.rawPublicKey(HUB_KEYS.getPublic()));

  final PeerId id;
  final String name;
  final Capacity capacity;
  private final TestClock clock;
  private final Map<InstanceId, Kept> kept = new HashMap<>();
  private final Map<InstanceId, UsageReceipt> signed = new HashMap<>();
  private final Map<InstanceId, UsageReceipt.Signed> receipts = new HashMap<>();
  private final Map<String, Long> meteredBefore = new HashMap<>();
  private final KeyPair keys = newKeys();
  private Instant heardHub;

  /** Whether the machine runs. */
  boolean up = true;

  /** Whether the line to the hub is there. */
  boolean linked = true;

  /** Whether the deployments' keeper hears it, which others of the hub may do all the same. */
  boolean heard = true;

  /** What it does with its promises. */
  Manner manner = Manner.HONEST;

  HostWatch.Wish wish = HostWatch.Wish.STAY;

  /** From when on its owner has it back. */
  Optional<Instant> reclaimed = Optional.empty();

  /** What it says of its instances' health. */
  InstanceStatus.Health health = InstanceStatus.Health.UNKNOWN;

  enum Manner {
    HONEST,
    /** Takes orders and does nothing. */
    IDLE,
    /** Signs offers and refuses orders. */
    REFUSING,
    /** Makes offers at ten times its price. */
    DEAR,
    /** Makes no offers. */
    UNWILLING,
    /** Starts commands, all of which end at once. */
    CRASHING,
    /** Signs receipts for more than it did. */
    BOASTFUL
  }

  private static final class Kept {
    private InstanceOrder order;
    private Instant readyAt;
    private Instant since;
    private boolean frozen;
    private long runningSeconds;

    Kept(InstanceOrder order, Instant readyAt, Instant since) {
      this.order = order;
      this.readyAt = readyAt;
      this.since = since;
    }
  }

  SimulatedHost(int number, Capacity capacity, TestClock clock) {
    this.id = HostFixture.id(number);
    this.name = "host-" + number;
    this.capacity = capacity;
    this.clock = clock;
    this.heardHub = clock.instant();
  }

  ComputeHost view(boolean ready) {
    ComputeOffer offer =
        new ComputeOffer(
            "simulated 1",
            capacity,
            capacity,
            List.of(),
            Set.of(ComputeOffer.Feature.values()),
            HostFixture.DEFAULT_PRICES,
            Optional.of("0x" + "0a".repeat(20)),
            Duration.ZERO,
            Optional.empty());
    return new ComputeHost(
        id,
        name,
        ready ? NodeView.State.READY : NodeView.State.OFFLINE,
        "net-" + name,
        Map.of(),
        offer,
        capacity,
        1);
  }

  // ---- what the hub sees

  byte[] order(String name, byte[] body) {
    if (!up || !linked || !heard) {
      throw new ZansocException(ErrorCode.UNREACHABLE, this.name + " is away");
    }
    heardHub = clock.instant();
    return switch (name) {
      case Orders.OFFER -> Json.write(offer(Json.read(body, OfferRequest.class)));
      case Orders.INSTANCE -> Json.write(take(Json.read(body, InstanceOrder.class)));
      case Orders.INSTANCES -> Json.write(kept.values().stream().map(this::status).toList());
      case Orders.USAGE -> usage(Json.read(body, UsageRequest.class));
      case Orders.USAGE_RECEIPT -> {
        UsageReceipt.Signed receipt = UsageReceipt.Signed.decode(body);
        receipts.put(receipt.receipt().stay().instance(), receipt);
        yield new byte[0];
      }
      default -> throw new ZansocException(ErrorCode.UNSUPPORTED, name);
    };
  }

  /** Signs once for each number, and no more seconds than the hub can have seen. */
  private byte[] usage(UsageRequest request) {
    Optional<UsageReceipt> last =
        Optional.ofNullable(signed.get(request.instance()))
            .filter(its -> its.stay().generation() == request.generation());
    if (last.filter(its -> its.period().number() == request.number()).isPresent()) {
      return last.get().sign(keys.getPrivate()).encode();
    }
    UsageReceipt.Used had = last.map(UsageReceipt::used).orElse(UsageReceipt.Used.NOTHING);
    Instant from = last.map(its -> its.period().until()).orElse(request.since());
    long seen =
        Math.max(
            0,
            Duration.between(from, request.until()).toSeconds()
                - (request.downtimeSeconds() - had.downtimeSeconds()));
    long metered = metered(request) + (manner == Manner.BOASTFUL ? 100_000 : 0);
    long running =
        manner == Manner.BOASTFUL
            ? metered
            : Math.max(had.runningSeconds(), Math.min(metered, had.runningSeconds() + seen));
    UsageReceipt receipt =
        new UsageReceipt(
            id,
            SimulatedHost.HUB,
            new UsageReceipt.Stay(
                request.instance(), request.generation(), request.lease(), request.onChain()),
            new UsageReceipt.Period(request.number(), request.since(), request.until()),
            new UsageReceipt.Used(
                running, had.healthySeconds(), request.downtimeSeconds(), 0, 0, 0, 0, 0));
    signed.put(request.instance(), receipt);
    return receipt.sign(keys.getPrivate()).encode();
  }

  private long metered(UsageRequest request) {
    Kept its = kept.get(request.instance());
    return its != null && its.order.generation() == request.generation()
        ? its.runningSeconds
        : meteredBefore.getOrDefault(request.instance() + "/" + request.generation(), 0L);
  }

  /** The newest receipt of an instance that came back with both signatures. */
  Optional<UsageReceipt.Signed> receipt(InstanceId instance) {
    return Optional.ofNullable(receipts.get(instance));
  }

  private HostOffer offer(OfferRequest request) {
    if (manner == Manner.UNWILLING) {
      throw new ZansocException(ErrorCode.HOST_PAUSED, "not now");
    }
    if (!request.expiry().equals(request.expiry().truncatedTo(ChronoUnit.SECONDS))) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "an offer ends at a whole second, not at " + request.expiry());
    }
    long rate = 10L * request.instance().size().milliVcpus() * (manner == Manner.DEAR ? 10 : 1);
    byte[] terms =
        (id + request.instance().id().toString() + request.nonce() + rate)
            .getBytes(StandardCharsets.UTF_8);
    return new HostOffer(
        request.ledger(),
        Digest.sha256(terms),
        "0x" + "0a".repeat(20),
        request.client(),
        Long.toString(rate),
        request.expiry(),
        Digest.sha256(Json.write(request.instance().size())),
        request.nonce(),
        "signed");
  }

  private InstanceStatus take(InstanceOrder order) {
    if (manner == Manner.REFUSING && order.wanted() == InstanceOrder.Wanted.RUNNING) {
      throw new ZansocException(ErrorCode.NO_SPACE, "no room after all");
    }
    Instant now = clock.instant();
    Kept its = kept.get(order.spec().id());
    if (its == null) {
      its = new Kept(order, now.plus(PREPARING), now);
      if (order.wanted() != InstanceOrder.Wanted.REMOVED) {
        kept.put(order.spec().id(), its);
      }
      return status(its);
    }
    boolean older =
        order.generation() < its.order.generation()
            || (order.generation() == its.order.generation()
                && order.revision() < its.order.revision());
    if (older) {
      throw new ZansocException(ErrorCode.CONFLICT, "there is a newer order");
    }
    boolean starts =
        order.generation() > its.order.generation()
            || its.order.wanted() != order.wanted()
            || !its.order.paidUntil().isAfter(now);
    if (order.generation() > its.order.generation()) {
      meteredBefore.put(order.spec().id() + "/" + its.order.generation(), its.runningSeconds);
      its.runningSeconds = 0;
    }
    its.order = order;
    its.frozen = false;
    if (starts) {
      its.since = now;
      its.readyAt = now.plus(PREPARING);
    }
    if (order.wanted() == InstanceOrder.Wanted.REMOVED) {
      kept.remove(order.spec().id());
      meteredBefore.put(order.spec().id() + "/" + order.generation(), its.runningSeconds);
      return new InstanceStatus(
          order.spec().id(),
          order.generation(),
          order.revision(),
          InstanceStatus.State.REMOVED,
          InstanceStatus.Health.UNKNOWN,
          "",
          now,
          0,
          Optional.empty(),
          its.runningSeconds);
    }
    return status(its);
  }

  private InstanceStatus status(Kept its) {
    return new InstanceStatus(
        its.order.spec().id(),
        its.order.generation(),
        its.order.revision(),
        state(its),
        health,
        "",
        its.since,
        0,
        Optional.empty(),
        its.runningSeconds);
  }

  private InstanceStatus.State state(Kept its) {
    Instant now = clock.instant();
    if (its.frozen) {
      return InstanceStatus.State.FENCED;
    }
    if (its.order.wanted() == InstanceOrder.Wanted.STOPPED || !its.order.paidUntil().isAfter(now)) {
      return InstanceStatus.State.STOPPED;
    }
    if (manner == Manner.IDLE || its.readyAt.isAfter(now)) {
      return InstanceStatus.State.STARTING;
    }
    return manner == Manner.CRASHING
        ? InstanceStatus.State.RESTARTING
        : InstanceStatus.State.RUNNING;
  }

  // ---- what it does by itself

  /** A second passes. */
  void second() {
    Instant now = clock.instant();
    kept.values().removeIf(its -> up && !its.order.keepUntil().isAfter(now));
    for (Kept its : kept.values()) {
      boolean silent =
          Duration.between(heardHub, now).compareTo(ComputeSettings.DEFAULT.grace().minus(MARGIN))
              >= 0;
      if (up && silent && state(its) == InstanceStatus.State.RUNNING) {
        its.frozen = true;
      }
      if (up && state(its) == InstanceStatus.State.RUNNING) {
        its.runningSeconds++;
      }
    }
  }

  /** The machine loses power. */
  void kill() {
    up = false;
  }

  /** The machine starts; what it was ordered it still knows, and freezes until it hears its hub. */
  void start() {
    up = true;
    for (Kept its : kept.values()) {
      its.frozen = true;
      its.readyAt = clock.instant().plus(PREPARING);
    }
  }

  /** The generation in which it runs an instance now; none where it does not. */
  Optional<Long> running(InstanceId instance) {
    return Optional.ofNullable(kept.get(instance))
        .filter(its -> up && state(its) == InstanceStatus.State.RUNNING)
        .map(its -> its.order.generation());
  }

  /** With which it is to be verified. */
  byte[] publicKey() {
    return Ed25519.rawPublicKey(keys.getPublic());
  }

  static KeyPair newKeys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it has of instances, in whichever state. */
  Set<InstanceId> instances() {
    return Set.copyOf(kept.keySet());
  }

  /** The size that an instance has here. */
  ByteSize memory(InstanceId instance) {
    return Objects.requireNonNull(kept.get(instance)).order.spec().size().memory();
  }
}
