package cloud.zansoc.cli.local;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Deal;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.Fault;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.PossessionTree;
import cloud.zansoc.ledger.Registry;
import cloud.zansoc.ledger.evm.EvmDeals;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The demonstration's storage deal: its host proves the first period and misses the second. The
 * keys of both must be on the ring of deals and registry, the host needs a balance of one penalty,
 * and the client one of two prices.
 */
final class DemoDeal {
  /** For one period. */
  static final Amount PRICE = Amount.parseCoins("0.01");

  /** For one period that is missed. */
  static final Amount PENALTY = Amount.parseCoins("0.05");

  private static final int SAMPLES = 4;
  private static final int PERIODS = 2;
  private static final Duration EXPIRY = Duration.ofHours(1);

  private final EvmDeals deals;
  private final Registry registry;
  private final LongConsumer mine;

  /**
   * A deal on a development chain.
   *
   * @param mine makes so many blocks at once; others may come meanwhile
   */
  DemoDeal(EvmDeals deals, Registry registry, LongConsumer mine) {
    this.deals = deals;
    this.registry = registry;
    this.mine = mine;
  }

  /** What came of it: a period paid, and one faulted, called by the client. */
  record Result(Deal deal, Payment proven, Fault faulted) {}

  /** Stores a file at a host, so to say: it stays where it is, and the host can read it. */
  Result play(EvmKey client, EvmKey host, Path file, Instant now) throws IOException {
    registry.stake(host.account(), PENALTY).orThrow();
    try (SeekableByteChannel data = Files.newByteChannel(file)) {
      PossessionTree tree = PossessionTree.read(data);
      DealTerms terms =
          new DealTerms(
              host.account(),
              Optional.of(client.account()),
              tree.root(),
              tree.leaves(),
              SAMPLES,
              PERIODS,
              PRICE,
              PENALTY,
              now.plus(EXPIRY),
              new BigInteger(128, new SecureRandom()));
      Deal deal = deals.open(client.account(), deals.scheme().sign(host, terms)).orThrow();
      goTo(deal.next());
      Payment proven = deals.prove(host.account(), deal.id(), proof(deal, tree, data)).orThrow();
      goTo(deal.end());
      Fault faulted = deals.fault(client.account(), deal.id(), PERIODS).orThrow();
      return new Result(deal, proven, faulted);
    }
  }

  private PossessionProof proof(Deal deal, PossessionTree tree, SeekableByteChannel data)
      throws IOException {
    Digest seed =
        deals
            .seed(deal.next())
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.INTERNAL, "period " + deal.next() + " has not begun"));
    return tree.prove(data, deals.challenges(deal, seed));
  }

  /** Makes blocks until the next one is at least the second of a period. */
  private void goTo(long period) {
    long missing = deals.secondBlockOf(period) - deals.nextBlock();
    if (missing > 0) {
      mine.accept(missing);
    }
  }
}
