package cloud.zansoc.hub;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.ExchangeContracts;
import cloud.zansoc.ledger.evm.LedgerContracts;
import cloud.zansoc.net.node.LedgerView;
import java.math.BigInteger;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The hub's way to the chain of its ledger, and what members are told of it. The chain need not be
 * there yet. Thread-safe.
 */
final class LedgerNode implements Supplier<LedgerView>, AutoCloseable {
  private final LedgerSettings settings;
  private final EvmChain chain;

  /** Contracts do not change, so they are asked for once. */
  private volatile Optional<LedgerView> view = Optional.empty();

  LedgerNode(LedgerSettings settings) {
    this.settings = settings;
    this.chain = EvmChain.later(options(settings));
  }

  /** The chain's node. */
  EvmChain chain() {
    return chain;
  }

  /** The contract that keeps the coins. */
  AccountId escrow() {
    return settings.escrow();
  }

  /** Whether the settings name an exchange; asks nobody. */
  boolean hasExchange() {
    return settings.exchange().isPresent();
  }

  /** The contracts of the coin's exchange, where there is one; throws as {@link #get} does. */
  Optional<ExchangeContracts> exchange() {
    return exchange(LedgerContracts.of(chain, settings.escrow()));
  }

  private Optional<ExchangeContracts> exchange(LedgerContracts contracts) {
    return settings
        .exchange()
        .map(its -> ExchangeContracts.of(chain, contracts.coin(), its.router(), its.twap()));
  }

  /** How a hub reaches its chain; it offers no tip. */
  static ChainOptions options(LedgerSettings settings) {
    return ChainOptions.of(settings.chain().node(), settings.chain().number(), BigInteger.ZERO);
  }

  /**
   * The chain and the contracts.
   *
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE, or PRECONDITION_FAILED where chain or
   *     contracts are others
   */
  @Override
  public LedgerView get() {
    if (view.isEmpty()) {
      LedgerContracts contracts = LedgerContracts.of(chain, settings.escrow());
      view = Optional.of(view(contracts, exchange(contracts)));
    }
    return view.get();
  }

  private LedgerView view(LedgerContracts contracts, Optional<ExchangeContracts> exchange) {
    return new LedgerView(
        settings.chain().memberNode().map(URI::toString),
        chain.id(),
        contracts.escrow().text(),
        contracts.coin().text(),
        contracts.registry().text(),
        contracts.deals().text(),
        contracts.treasury().text(),
        exchange.map(its ->
            new LedgerView.Exchange(
                its.router().text(),
                its.twap().text(),
                its.factory().text(),
                its.pair().text(),
                its.stablecoin().text())));
  }

  @Override
  public void close() {
    chain.close();
  }
}
