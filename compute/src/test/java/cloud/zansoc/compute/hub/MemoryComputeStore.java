package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A model of a store: everything in memory, one lock. */
public final class MemoryComputeStore implements ComputeStore {
  private static final Capacity NOTHING = new Capacity(0, new ByteSize(0), new ByteSize(0), 0);

  private final Map<Digest, Kept> kept = new TreeMap<>();
  private final Map<PeerId, Standing> standings = new HashMap<>();
  private final Map<String, Owed> owed = new TreeMap<>();

  private static final class Kept {
    private Deployment deployment;
    private List<Instance> instances;
    private final Map<String, Lease> leases = new TreeMap<>();
    private final List<DeploymentEvent> events = new ArrayList<>();
    private final Map<String, UsageReceipt.Signed> receipts = new TreeMap<>();
    private long version = 1;

    Kept(Book book) {
      deployment = book.deployment();
      instances = book.instances();
      book.leases().forEach(lease -> leases.put(lease.key(), lease));
      events.addAll(book.events());
    }

    List<Lease> leases(Predicate<Lease> condition) {
      return leases.values().stream()
          .filter(condition)
          .sorted(
              Comparator.comparing((Lease lease) -> lease.instance().toString())
                  .thenComparingLong(Lease::number))
          .toList();
    }

    boolean isOver() {
      return deployment.state() == Deployment.State.REMOVED
          && leases(MemoryComputeStore::isOpen).isEmpty();
    }
  }

  private static boolean isOpen(Lease lease) {
    return lease.state() != Lease.State.ENDED;
  }

  @Override
  public synchronized boolean add(Book book) {
    Deployment added = book.deployment();
    Kept there = kept.get(added.id());
    if (there != null && there.deployment.tenant().equals(added.tenant())) {
      return false;
    }
    if (there != null || named(added.tenant(), added.name()).isPresent()) {
      throw new ZansocException(
          ErrorCode.ALREADY_EXISTS, "there is a deployment " + added.name() + " already");
    }
    kept.put(added.id(), new Kept(book));
    return true;
  }

  @Override
  public synchronized Optional<Book> book(Digest deployment) {
    return Optional.ofNullable(kept.get(deployment))
        .map(its ->
            new Book(
                its.deployment,
                its.instances,
                its.leases(MemoryComputeStore::isOpen),
                List.of(),
                List.of(),
                its.version));
  }

  @Override
  public synchronized Optional<Digest> named(String tenant, String name) {
    return find(its ->
            its.deployment.tenant().equals(tenant)
                && its.deployment.name().equals(name)
                && its.deployment.state() != Deployment.State.REMOVED)
        .stream()
        .findFirst();
  }

  private List<Digest> find(Predicate<Kept> condition) {
    return kept.values().stream()
        .filter(condition)
        .sorted(
            Comparator.comparing((Kept its) -> its.deployment.name())
                .thenComparing(its -> its.deployment.id()))
        .map(its -> its.deployment.id())
        .toList();
  }

  @Override
  public synchronized List<Digest> deployments(String tenant) {
    return find(its ->
        its.deployment.tenant().equals(tenant)
            && its.deployment.state() != Deployment.State.REMOVED);
  }

  @Override
  public synchronized List<Digest> deployments() {
    return find(its -> !its.isOver());
  }

  @Override
  public synchronized void change(Book before, Book after, Map<PeerId, Capacity> limits) {
    Kept its = kept.get(before.deployment().id());
    if (its == null || its.version != before.version()) {
      throw new ZansocException(ErrorCode.CONFLICT, "the deployment was written meanwhile");
    }
    Map<String, Lease> older = new TreeMap<>(its.leases);
    after.leases().forEach(lease -> its.leases.put(lease.key(), lease));
    Map<PeerId, Capacity> promised = promised();
    for (Map.Entry<PeerId, Capacity> limit : limits.entrySet()) {
      if (!fits(promised.getOrDefault(limit.getKey(), NOTHING), limit.getValue())) {
        its.leases.clear();
        its.leases.putAll(older);
        throw new ZansocException(
            ErrorCode.NO_SPACE, "host " + limit.getKey().shortText() + " has no room");
      }
    }
    for (Lease lease : after.leases()) {
      lease
          .observed()
          .usage()
          .flatMap(UsageReceipts::newest)
          .ifPresent(receipt -> its.receipts.putIfAbsent(key(receipt.receipt()), receipt));
      Compensation.owed(after.deployment(), lease)
          .ifPresent(due -> owed.putIfAbsent(lease.key(), due));
    }
    its.deployment = after.deployment();
    its.instances = after.instances();
    its.events.addAll(after.events());
    while (its.events.size() > KEPT_EVENTS) {
      its.events.removeFirst();
    }
    for (Book.Verdict verdict : after.verdicts()) {
      Standing standing = standings.getOrDefault(verdict.host(), Standing.NONE);
      standings.put(
          verdict.host(),
          new Standing(
              standing.kept() + (verdict.kept() ? 1 : 0),
              standing.broken() + (verdict.kept() ? 0 : 1)));
    }
    its.version++;
  }

  private static boolean fits(Capacity taken, Capacity limit) {
    return taken.milliVcpus() <= limit.milliVcpus()
        && taken.memory().compareTo(limit.memory()) <= 0
        && taken.disk().compareTo(limit.disk()) <= 0
        && taken.gpus() <= limit.gpus();
  }

  @Override
  public synchronized List<Lease> leases(Digest deployment) {
    return Optional.ofNullable(kept.get(deployment))
        .map(its -> its.leases(lease -> true))
        .orElse(List.of());
  }

  private static String key(UsageReceipt receipt) {
    return "%s %06d %06d"
        .formatted(
            receipt.stay().instance(), receipt.stay().generation(), receipt.period().number());
  }

  @Override
  public synchronized Optional<Digest> removed(String tenant, String name) {
    return kept.values().stream()
        .map(its -> its.deployment)
        .filter(its ->
            its.tenant().equals(tenant)
                && its.name().equals(name)
                && its.state() == Deployment.State.REMOVED)
        .max(Comparator.comparing(Deployment::created))
        .map(Deployment::id);
  }

  @Override
  public synchronized List<UsageReceipt.Signed> receipts(Digest deployment) {
    return Optional.ofNullable(kept.get(deployment))
        .map(its -> List.copyOf(its.receipts.values()))
        .orElse(List.of());
  }

  @Override
  public synchronized List<Owed> compensations(Digest deployment) {
    return leases(deployment).stream()
        .flatMap(lease -> Optional.ofNullable(owed.get(lease.key())).stream())
        .toList();
  }

  @Override
  public synchronized List<Owed> owed() {
    return owed.values().stream().filter(its -> !its.paid()).toList();
  }

  @Override
  public synchronized void paidBack(Owed changed) {
    owed.put(changed.instance() + "/" + changed.lease(), changed);
  }

  @Override
  public synchronized List<DeploymentEvent> events(Digest deployment) {
    return Optional.ofNullable(kept.get(deployment))
        .map(its -> List.copyOf(its.events))
        .orElse(List.of());
  }

  @Override
  public synchronized Optional<Digest> deploymentOf(InstanceId instance) {
    return find(its -> its.instances.stream().anyMatch(one -> one.id().equals(instance))).stream()
        .findFirst();
  }

  @Override
  public synchronized List<Digest> deploymentsOn(PeerId host) {
    return find(its -> !its.leases(lease -> isOpen(lease) && lease.host().equals(host)).isEmpty());
  }

  @Override
  public synchronized Map<PeerId, Capacity> promised() {
    Map<PeerId, Map<InstanceId, Capacity>> largest = new HashMap<>();
    for (Kept its : kept.values()) {
      for (Lease lease : its.leases(MemoryComputeStore::isOpen)) {
        largest
            .computeIfAbsent(lease.host(), host -> new HashMap<>())
            .merge(lease.instance(), lease.terms().promised(), MemoryComputeStore::larger);
      }
    }
    Map<PeerId, Capacity> promised = new HashMap<>();
    largest.forEach((host, instances) ->
        promised.put(host, instances.values().stream().reduce(NOTHING, MemoryComputeStore::sum)));
    return promised;
  }

  private static Capacity larger(Capacity one, Capacity other) {
    return new Capacity(
        Math.max(one.milliVcpus(), other.milliVcpus()),
        new ByteSize(Math.max(one.memory().bytes(), other.memory().bytes())),
        new ByteSize(Math.max(one.disk().bytes(), other.disk().bytes())),
        Math.max(one.gpus(), other.gpus()));
  }

  private static Capacity sum(Capacity one, Capacity other) {
    return new Capacity(
        one.milliVcpus() + other.milliVcpus(),
        new ByteSize(one.memory().bytes() + other.memory().bytes()),
        new ByteSize(one.disk().bytes() + other.disk().bytes()),
        one.gpus() + other.gpus());
  }

  @Override
  public synchronized Map<PeerId, Standing> standings() {
    return Map.copyOf(standings);
  }
}
