package cloud.zansoc.hub;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LedgerId;
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
  private final AccountId agent;
  private final EvmChain chain;

  /** Contracts do not change, so they are asked for once; as are those of the exchange. */
  private volatile Optional<LedgerContracts> contracts = Optional.empty();

  private volatile Optional<ExchangeContracts> exchange = Optional.empty();

  /**
   * @param agent the hub's own account
   */
  LedgerNode(LedgerSettings settings, AccountId agent) {
    this.settings = settings;
    this.agent = agent;
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

  /** The hub's own account. */
  AccountId agent() {
    return agent;
  }

  /** Which ledger it is; asks nobody. */
  LedgerId id() {
    return new LedgerId(chain.id(), settings.escrow());
  }

  /** Whether the settings name an exchange; asks nobody. */
  boolean hasExchange() {
    return settings.exchange().isPresent();
  }

  /** The contracts of the ledger; throws as {@link #get} does. */
  LedgerContracts contracts() {
    if (contracts.isEmpty()) {
      contracts = Optional.of(LedgerContracts.of(chain, settings.escrow()));
    }
    return contracts.get();
  }

  /** The contracts of the coin's exchange, where there is one; throws as {@link #get} does. */
  Optional<ExchangeContracts> exchange() {
    if (exchange.isEmpty()) {
      exchange =
          settings
              .exchange()
              .map(
                  its -> ExchangeContracts.of(chain, contracts().coin(), its.router(), its.twap()));
    }
    return exchange;
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
    LedgerContracts its = contracts();
    return new LedgerView(
        settings.chain().memberNode().map(URI::toString),
        chain.id(),
        its.escrow().text(),
        its.coin().text(),
        its.registry().text(),
        its.deals().text(),
        its.treasury().text(),
        agent.text(),
        exchange()
            .map(pool ->
                new LedgerView.Exchange(
                    pool.router().text(),
                    pool.twap().text(),
                    pool.factory().text(),
                    pool.pair().text(),
                    pool.stablecoin().text())));
  }

  @Override
  public void close() {
    chain.close();
  }
}
