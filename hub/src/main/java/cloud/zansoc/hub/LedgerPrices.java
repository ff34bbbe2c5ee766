package cloud.zansoc.hub;

import cloud.zansoc.ledger.PriceKeeper;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.ledger.evm.Keyring;
import java.nio.file.Path;

/**
 * Keeps the coin's average price young. Its key is another than that of the outbox, which must be
 * the only one to send for its account; it never owns coins.
 */
final class LedgerPrices implements AutoCloseable {
  /** Where the key is, in the hub's data folder. */
  static final String FOLDER = "price-wallet";

  private final PriceKeeper keeper;

  private LedgerPrices(PriceKeeper keeper) {
    this.keeper = keeper;
  }

  /** Begins; the chain need not be there yet, and the ledger must have an exchange. */
  static LedgerPrices start(LedgerNode node, Path dataFolder) {
    EvmKey key = FolderWallet.loadOrCreate(dataFolder.resolve(FOLDER));
    Keyring keys = new Keyring();
    keys.add(key);
    return new LedgerPrices(
        PriceKeeper.start(
            () -> new EvmExchange(node.chain(), node.exchange().orElseThrow(), keys),
            key.account()));
  }

  @Override
  public void close() {
    keeper.close();
  }
}
