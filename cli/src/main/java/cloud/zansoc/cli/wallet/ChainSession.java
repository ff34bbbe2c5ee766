package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Session;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Registry;
import cloud.zansoc.ledger.Rewards;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.Erc20;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmLedger;
import cloud.zansoc.ledger.evm.EvmRegistry;
import cloud.zansoc.ledger.evm.EvmRewards;
import cloud.zansoc.ledger.evm.ExchangeContracts;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.evm.LedgerContracts;
import cloud.zansoc.ledger.evm.LedgerHistory;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.LedgerView;
import java.math.BigInteger;
import java.net.URI;
import java.util.Optional;

/**
 * The ledger of the profile's hub as a command works with it: the chain, the contracts, and the
 * profile's wallet. Of what the hub says only the addresses of escrow and exchange are believed;
 * the contracts themselves say the rest, and are checked against one another.
 *
 * <p>Used by one thread. {@link ChainCommand} opens and closes it.
 */
public final class ChainSession implements AutoCloseable {
  private final Session session;
  private final LedgerView view;
  private final EvmChain chain;
  private final LedgerContracts contracts;
  private final Keyring keys = new Keyring();
  private final EvmLedger ledger;

  private ChainSession(Session session, LedgerView view, EvmChain chain) {
    this.session = session;
    this.view = view;
    this.chain = chain;
    this.contracts = LedgerContracts.of(chain, new AccountId(view.escrow()));
    this.ledger = new EvmLedger(chain, contracts, keys);
  }

  /**
   * Asks the hub which ledger it works with, and connects to its chain.
   *
   * @param node a node of the chain to ask instead of the one that the hub names
   * @throws ZansocException UNSUPPORTED where the hub has no ledger, UNREACHABLE, or
   *     PRECONDITION_FAILED where chain or contracts are others
   */
  public static ChainSession open(Session session, Optional<URI> node) {
    LedgerView view = session.api().call(ApiCall.get("/v1/ledger"), LedgerView.class);
    URI its =
        node.or(() -> view.node().map(URI::create))
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.PRECONDITION_FAILED,
                    "the hub names no node of chain %d for its members: name one by --chain URL"
                        .formatted(view.chain())));
    EvmChain chain = EvmChain.connect(ChainOptions.of(its, view.chain(), BigInteger.ZERO));
    try {
      return new ChainSession(session, view, chain);
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
  }

  /** The hub and the profile. */
  public Session session() {
    return session;
  }

  /** The chain's node. */
  public EvmChain chain() {
    return chain;
  }

  /** The ledger's contracts. */
  public LedgerContracts contracts() {
    return contracts;
  }

  /**
   * The contracts of the coin's exchange.
   *
   * @throws ZansocException UNSUPPORTED where the hub was told of none
   */
  public ExchangeContracts exchange() {
    LedgerView.Exchange its =
        view.exchange()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.UNSUPPORTED,
                    "this hub has no exchange: its operator starts it with --router and --twap"));
    return ExchangeContracts.of(
        chain, contracts.coin(), new AccountId(its.router()), new AccountId(its.twap()));
  }

  /** The coins that accounts have outside of the escrow. */
  public Erc20 coin() {
    return new Erc20(chain, contracts.coin(), keys);
  }

  /** The stablecoin of the exchange, where there is one. */
  public Optional<Erc20> stablecoin() {
    return view.exchange().map(any -> new Erc20(chain, exchange().stablecoin(), keys));
  }

  /** The ledger; operations of an account need its key in {@link #keys}. */
  public EvmLedger ledger() {
    return ledger;
  }

  /** What accounts have done on the ledger. */
  public LedgerHistory history() {
    return new LedgerHistory(chain, contracts);
  }

  /** The hosts and their stake. */
  public Registry registry() {
    return new EvmRegistry(chain, contracts, keys);
  }

  /** The rewards for what hosts contribute. */
  public Rewards rewards() {
    return new EvmRewards(chain, contracts, keys);
  }

  /** What is signed with. */
  public Keyring keys() {
    return keys;
  }

  /**
   * The account that the profile's wallet names, without opening it: to look, not to pay.
   *
   * @throws ZansocException NOT_FOUND where the profile has no wallet
   */
  public AccountId account() {
    return wallet().keystore().account();
  }

  /**
   * Opens the profile's wallet, so that its account can be paid from.
   *
   * @throws ZansocException NOT_FOUND where the profile has no wallet, WRONG_KEY where the password
   *     does not open it
   */
  public EvmKey unlock(PasswordOption password) {
    EvmKey key = wallet().keystore().read(password.known(wallet()));
    keys.add(key);
    return key;
  }

  private WalletFolder wallet() {
    return new WalletFolder(session.profile());
  }

  @Override
  public void close() {
    chain.close();
  }
}
