package cloud.zansoc.ledger.outbox;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A chain in memory with one account, whose blocks and pool a test moves. With {@link #trouble} its
 * answers get lost after they have had their effect, transactions are handed on twice or vanish,
 * and what it says is old.
 */
final class FakeChain implements OutboxChain {
  private static final BigInteger USUAL = BigInteger.valueOf(1000);

  /** What the account has sent, by hash: a chain knows bytes only. */
  private final Map<String, Signed> signed = new HashMap<>();

  private final List<List<Signed>> blocks = new ArrayList<>();
  private final Map<Long, Signed> pool = new HashMap<>();
  private final Set<Operation> refused = new HashSet<>();
  private final Set<Operation> reverting = new HashSet<>();
  private Optional<Random> trouble = Optional.empty();
  private BigInteger floor = BigInteger.ZERO;
  private BigInteger funds = BigInteger.TEN.pow(18);
  private boolean away;
  private int broadcasts;
  private Head oldHead = new Head(0, 0);

  /** A transaction as the chain reads it out of its bytes. */
  record Signed(String hash, long nonce, Fees fees, List<Operation> operations) {}

  void trouble(Random random) {
    trouble = Optional.of(random);
  }

  void calm() {
    trouble = Optional.empty();
  }

  void away(boolean isAway) {
    away = isAway;
  }

  void floor(long wei) {
    floor = BigInteger.valueOf(wei);
  }

  /** The most that the account can offer. */
  void funds(long wei) {
    funds = BigInteger.valueOf(wei);
  }

  void refuse(Operation operation) {
    refused.add(operation);
  }

  void revert(Operation operation) {
    reverting.add(operation);
  }

  int broadcasts() {
    return broadcasts;
  }

  /** A block of what the pool has and the floor lets through. */
  void mine() {
    List<Signed> block = new ArrayList<>();
    long nonce = nonces();
    while (pool.containsKey(nonce) && pool.get(nonce).fees().most().compareTo(floor) >= 0) {
      block.add(pool.remove(nonce));
      nonce++;
    }
    blocks.add(block);
  }

  /** Loses the newest blocks; their transactions are in the pool again, or nowhere. */
  void reorganise(int depth, boolean backToPool) {
    for (int i = 0; i < depth && !blocks.isEmpty(); i++) {
      List<Signed> lost = blocks.removeLast();
      if (backToPool) {
        lost.forEach(each -> pool.put(each.nonce(), each));
      }
    }
    if (!backToPool) {
      pool.clear();
    }
  }

  void forgetPool() {
    pool.clear();
  }

  /** Another program sends with the account's key. */
  void foreign() {
    pool.put(nonces(), new Signed("foreign" + nonces(), nonces(), usual(), List.of()));
    mine();
  }

  /** Everything that was done, in its order. */
  List<Operation> effects() {
    return blocks.stream()
        .flatMap(List::stream)
        .flatMap(each -> each.operations().stream())
        .filter(operation -> !reverting.contains(operation))
        .toList();
  }

  List<Signed> transactions() {
    return blocks.stream().flatMap(List::stream).toList();
  }

  private long nonces() {
    return blocks.stream().mapToLong(List::size).sum();
  }

  private Fees usual() {
    return new Fees(USUAL.max(floor.multiply(BigInteger.TWO)), BigInteger.ONE);
  }

  @Override
  public Head head() {
    answer();
    Head now = new Head(blocks.size(), nonces());
    Head said = chance(8) ? oldHead : now;
    oldHead = now;
    return said;
  }

  @Override
  public long pendingNonces() {
    answer();
    long nonce = nonces();
    while (pool.containsKey(nonce)) {
      nonce++;
    }
    return nonce;
  }

  @Override
  public Market market() {
    answer();
    return new Market(usual(), floor);
  }

  @Override
  public Trial trial(List<Operation> operations) {
    answer();
    return operations.stream().anyMatch(refused::contains)
        ? new Trial.Refused("refused by the test")
        : new Trial.Accepted(100_000);
  }

  @Override
  public Attempt sign(List<Operation> operations, Terms terms, Instant now) {
    String hash = "tx " + terms.nonce() + " " + terms.fees().most() + " " + operations.hashCode();
    signed.put(hash, new Signed(hash, terms.nonce(), terms.fees(), operations));
    return new Attempt(hash, "raw " + hash, terms.fees(), now);
  }

  @Override
  public Attempt resign(Attempt attempt, Fees fees, Instant now) {
    Signed old = read(attempt);
    return sign(old.operations(), new Terms(old.nonce(), 100_000, fees), now);
  }

  @Override
  public Optional<String> broadcast(Attempt attempt) {
    broadcasts++;
    if (away || chance(6)) {
      throw lost();
    }
    if (chance(10)) {
      return Optional.empty();
    }
    Optional<String> complaint = take(read(attempt));
    if (chance(6)) {
      throw lost();
    }
    return complaint;
  }

  private Optional<String> take(Signed transaction) {
    if (transaction.nonce() < nonces()) {
      return Optional.of("nonce too low");
    }
    if (transaction.fees().most().compareTo(funds) > 0) {
      return Optional.of("insufficient funds");
    }
    Signed waiting = pool.get(transaction.nonce());
    if (waiting != null && tooLittle(transaction.fees(), waiting.fees())) {
      return Optional.of("replacement transaction underpriced");
    }
    pool.put(transaction.nonce(), transaction);
    return Optional.empty();
  }

  private static boolean tooLittle(Fees fees, Fees before) {
    BigInteger needed = before.most().multiply(BigInteger.valueOf(9)).divide(BigInteger.valueOf(8));
    return fees.most().compareTo(needed) < 0;
  }

  @Override
  public Optional<Inclusion> inclusion(Attempt attempt) {
    answer();
    if (chance(10)) {
      return Optional.empty();
    }
    for (int height = 0; height < blocks.size(); height++) {
      for (Signed each : blocks.get(height)) {
        if (each.hash().equals(attempt.hash())) {
          return Optional.of(new Inclusion(each.hash(), height + 1, failure(each)));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> failure(Signed transaction) {
    return transaction.operations().stream().anyMatch(reverting::contains)
        ? Optional.of("reverted by the test")
        : Optional.empty();
  }

  private Signed read(Attempt attempt) {
    Signed transaction = signed.get(attempt.hash());
    if (transaction == null || !attempt.raw().equals("raw " + attempt.hash())) {
      throw new IllegalStateException("never signed: " + attempt);
    }
    return transaction;
  }

  private void answer() {
    if (away || chance(20)) {
      throw lost();
    }
  }

  private static ZansocException lost() {
    return new ZansocException(ErrorCode.UNREACHABLE, "the test's chain does not answer");
  }

  /** One in so many times, in trouble. */
  private boolean chance(int in) {
    return trouble.filter(random -> random.nextInt(in) == 0).isPresent();
  }
}
