package cloud.zansoc.ledger.outbox;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.outbox.OutboxChain.Head;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Does what is asked of one account on the chain: each request once, whenever process or chain die.
 *
 * <p>A request gets the next nonce together with a signed transaction, and both are stored before
 * anything is sent. From then on only transactions of this nonce are sent for it: the same bytes
 * again, or the same with higher fees. A chain takes one transaction for each nonce, so that the
 * request is done once. What the ledger would refuse gets no nonce.
 *
 * <p>{@link #submit} and {@link #entry} are safe to use from many threads. {@link #step} is for one
 * thread at a time; several processes on one store do not double anything.
 */
public final class Outbox {
  /** The most requests that wait for a transaction. */
  public static final int MAX_QUEUED = 100_000;

  private static final Duration RETENTION = Duration.ofDays(30);
  private static final Duration FORGET_EVERY = Duration.ofHours(1);

  private final OutboxStore store;
  private final OutboxChain chain;
  private final OutboxOptions options;
  private final Clock clock;
  private final Broadcaster broadcaster;
  private final Follower follower;
  private final Sender sender;
  private volatile Runnable submitted = () -> {};
  private Instant forgetAt = Instant.MIN;

  /** The outbox of the account that {@code store} and {@code chain} are of. */
  public Outbox(OutboxStore store, OutboxChain chain, OutboxOptions options, Clock clock) {
    this.store = store;
    this.chain = chain;
    this.options = options;
    this.clock = clock;
    this.broadcaster = new Broadcaster(chain);
    this.follower = new Follower(store, chain, options, broadcaster);
    this.sender = new Sender(store, chain, options, broadcaster);
  }

  /**
   * Takes requests, all or none; they are durable when this returns. Asks no node.
   *
   * @throws ZansocException CONFLICT where a key is known with another operation
   */
  public Submission submit(List<Request> requests) {
    Submission submission = store.add(requests, MAX_QUEUED, clock.instant());
    submitted.run();
    return submission;
  }

  /** Has something run whenever requests were taken. */
  void whenSubmitted(Runnable told) {
    submitted = told;
  }

  /** What became of the request with this key; finished ones are remembered for 30 days. */
  public Optional<OutboxEntry> entry(String key) {
    return store.entry(key);
  }

  /**
   * Looks at the chain and does what can be done now; to be called again and again.
   *
   * @throws ZansocException UNREACHABLE and others where the node does not answer: nothing is lost;
   *     PRECONDITION_FAILED where chain and store do not belong together
   */
  public OutboxStatus step() {
    Instant now = clock.instant();
    Head head = chain.head();
    List<OutboxTransaction> open = recovered(head, now);
    follower.follow(open, head, now);
    List<OutboxTransaction> left = store.open();
    int unmined = (int) left.stream().filter(each -> each.inclusion().isEmpty()).count();
    sender.send(head, new Sender.Load(unmined, left.size()), now);
    forget(now);
    return status();
  }

  private OutboxStatus status() {
    List<OutboxTransaction> open = store.open();
    int sent = (int) open.stream().filter(each -> each.inclusion().isEmpty()).count();
    return new OutboxStatus(
        store.queuedCount(), sent, open.size() - sent, broadcaster.takeComplaint());
  }

  /** The open transactions, once it is sure that the chain is the one they are for. */
  private List<OutboxTransaction> recovered(Head head, Instant now) {
    List<OutboxTransaction> open = store.open();
    OptionalLong last = store.lastNonce();
    if (last.isEmpty()) {
      return open;
    }
    long known = last.getAsLong() + 1;
    if (head.nonces() > known && !options.sharedAccount()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the account has sent %d transactions, the outbox knows of %d: another program uses its key, or the database is an older copy"
              .formatted(head.nonces(), known));
    }
    if (!hasLost(open, known, head)) {
      return open;
    }
    long first = store.firstNonce().orElse(known);
    if (head.nonces() < first) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the chain has %d transactions of the account, the outbox remembers those from %d on: it is another chain, or an old state of it"
              .formatted(head.nonces(), first));
    }
    store.reopen(head.nonces(), now);
    return store.open();
  }

  /** Whether a transaction that was in a block is no longer: a reorganisation, or an old state. */
  private static boolean hasLost(List<OutboxTransaction> open, long known, Head head) {
    List<OutboxTransaction> expected =
        open.stream().filter(each -> each.nonce() >= head.nonces()).toList();
    return expected.size() < known - head.nonces()
        || expected.stream().anyMatch(each -> each.inclusion().isPresent());
  }

  private void forget(Instant now) {
    if (now.isBefore(forgetAt)) {
      return;
    }
    store.forget(now.minus(RETENTION));
    forgetAt = now.plus(FORGET_EVERY);
  }
}
