package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.HostBinding;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.OfferPricing;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmRegistry;
import cloud.zansoc.ledger.evm.ExchangeContracts;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.evm.LedgerContracts;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.HostAccount;
import cloud.zansoc.net.node.LedgerView;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A host's part in the ledger of its hub: an account of its own, to which leases pay, and the
 * coin's price. Hub and chain are asked when they are first needed, and again after failures.
 * Thread-safe.
 */
final class HostLedger implements OfferMarket, AutoCloseable {
  private final Identity identity;
  private final EvmKey key;
  private final Optional<URI> node;
  private final Supplier<ApiClient> hub;

  /** Guards both that follow; not held while hub or chain are asked. */
  private final ReentrantLock lock = new ReentrantLock();

  private Optional<LedgerView> view = Optional.empty();
  private Optional<Market> market = Optional.empty();

  /**
   * @param folder where the account's key is, and is made where it is missing
   * @param node of the chain, to ask instead of the one that the hub names
   * @param hub opens its API
   */
  HostLedger(Path folder, Identity identity, Optional<URI> node, Supplier<ApiClient> hub) {
    this.identity = identity;
    this.key = FolderWallet.loadOrCreate(folder);
    this.node = node;
    this.hub = hub;
  }

  private record Market(EvmChain chain, OfferPricing pricing) {}

  /** What signs for the account. */
  EvmKey key() {
    return key;
  }

  /**
   * The account, and that it is this host's.
   *
   * @throws ZansocException UNSUPPORTED where the hub has no ledger, UNREACHABLE
   */
  HostAccount account() {
    LedgerView its = view();
    byte[] message =
        EvmRegistry.bindingMessage(its.chain(), new AccountId(its.registry()), key.account());
    HostBinding binding = HostBinding.sign(identity.signingKey(), identity.publicKey(), message);
    return new HostAccount(key.account().text(), binding.signature());
  }

  @Override
  public LedgerId ledger() {
    return new LedgerId(view().chain(), new AccountId(view().escrow()));
  }

  @Override
  public Outcome<Amount> rate(Money hour) {
    return pricing().rate(hour);
  }

  private LedgerView view() {
    lock.lock();
    try {
      if (view.isPresent()) {
        return view.get();
      }
    } finally {
      lock.unlock();
    }
    LedgerView fresh;
    try (ApiClient api = hub.get()) {
      fresh = api.call(ApiCall.get("/v1/ledger"), LedgerView.class);
    }
    lock.lock();
    try {
      view = Optional.of(fresh);
    } finally {
      lock.unlock();
    }
    return fresh;
  }

  private OfferPricing pricing() {
    lock.lock();
    try {
      if (market.isPresent()) {
        return market.get().pricing();
      }
    } finally {
      lock.unlock();
    }
    Market fresh = connect(view());
    lock.lock();
    try {
      if (market.isPresent()) {
        fresh.chain().close();
      } else {
        market = Optional.of(fresh);
      }
      return market.get().pricing();
    } finally {
      lock.unlock();
    }
  }

  private Market connect(LedgerView its) {
    URI url =
        node.or(() -> its.node().map(URI::create))
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.PRECONDITION_FAILED,
                    "the hub names no node of chain %d: name one by compute.chain in host.properties"
                        .formatted(its.chain())));
    LedgerView.Exchange exchange =
        its.exchange()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.UNSUPPORTED,
                    "the hub's ledger has no exchange, so that prices in dollars cannot be offered in the coin"));
    EvmChain chain = EvmChain.connect(ChainOptions.of(url, its.chain(), BigInteger.ZERO));
    try {
      LedgerContracts contracts = LedgerContracts.of(chain, new AccountId(its.escrow()));
      ExchangeContracts pool =
          ExchangeContracts.of(
              chain,
              contracts.coin(),
              new AccountId(exchange.router()),
              new AccountId(exchange.twap()));
      return new Market(chain, new OfferPricing(new EvmExchange(chain, pool, new Keyring())));
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      market.ifPresent(open -> open.chain().close());
    } finally {
      lock.unlock();
    }
  }
}
