package cloud.zansoc.ledger;

import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.time.Duration;

/** A ledger whose clock stands still but for {@link #pass}, and accounts that own coins in it. */
public interface World {
  Ledger ledger();

  /** Signs as hosts of this ledger do. */
  EvmOffers offers();

  /** Lets time pass before the next operation. */
  void pass(Duration time);

  /** Makes an account known that owns so many coins outside of the escrow. */
  void fund(EvmKey key, Amount coins);
}
