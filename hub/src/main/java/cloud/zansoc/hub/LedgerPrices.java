package cloud.zansoc.hub;

import cloud.zansoc.ledger.PriceKeeper;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.ExchangeContracts;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.evm.LedgerContracts;
import java.nio.file.Path;

/**
 * Keeps the coin's average price young. Its key is another than that of the outbox, which must be
 * the only one to send for its account; it never owns coins.
 */
final class LedgerPrices implements AutoCloseable {
  /** Where the key is, in the hub's data folder. */
  static final String FOLDER = "price-wallet";

  private final EvmChain chain;
  private final PriceKeeper keeper;

  private LedgerPrices(EvmChain chain, PriceKeeper keeper) {
    this.chain = chain;
    this.keeper = keeper;
  }

  /** Begins; the chain need not be there yet, and settings must name an exchange. */
  static LedgerPrices start(LedgerSettings settings, Path dataFolder) {
    LedgerSettings.Exchange its = settings.exchange().orElseThrow();
    EvmKey key = HubWallet.loadOrCreate(dataFolder.resolve(FOLDER));
    Keyring keys = new Keyring();
    keys.add(key);
    EvmChain chain = EvmChain.later(LedgerNode.options(settings));
    return new LedgerPrices(
        chain,
        PriceKeeper.start(
            () ->
                new EvmExchange(
                    chain,
                    ExchangeContracts.of(
                        chain,
                        LedgerContracts.of(chain, settings.escrow()).coin(),
                        its.router(),
                        its.twap()),
                    keys),
            key.account()));
  }

  @Override
  public void close() {
    keeper.close();
    chain.close();
  }
}
