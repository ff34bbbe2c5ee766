package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.ledger.evm.EvmTerms;
import cloud.zansoc.ledger.evm.EvmVouchers;
import java.time.Duration;

/** A ledger whose clock stands still but for {@link #pass}, and accounts that own coins in it. */
public interface World {
  Ledger ledger();

  Channels channels();

  Mandates mandates();

  Registry registry();

  Deals deals();

  /** With {@code TestKeys.named("publisher")} as publisher. */
  Rewards rewards();

  /** Signs as hosts of this ledger do. */
  EvmOffers offers();

  /** Signs as clients of this ledger do. */
  default EvmVouchers vouchers() {
    return new EvmVouchers(ledger().id());
  }

  /** Signs as hosts that store something do. */
  EvmTerms terms();

  /** What the deals see of the chain. */
  MemoryDeals.Blocks blocks();

  /** The length of a period of deals. */
  long periodBlocks();

  /** Makes so many blocks with nothing in them. */
  void mine(int count);

  /** Makes blocks until the next one is the second of a new period, whose seed is known then. */
  default void beginPeriod() {
    long next = blocks().next();
    long target = (next / periodBlocks() + 1) * periodBlocks() + 1;
    mine((int) (target - next));
  }

  /** Lets time pass before the next operation. */
  void pass(Duration time);

  /** Makes an account known that owns so many coins outside of the escrow. */
  void fund(EvmKey key, Amount coins);
}
