package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Mandates;
import cloud.zansoc.ledger.Registry;
import cloud.zansoc.ledger.Rewards;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.Erc20;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmLedger;
import cloud.zansoc.ledger.evm.EvmMandates;
import cloud.zansoc.ledger.evm.EvmRegistry;
import cloud.zansoc.ledger.evm.EvmRewards;
import cloud.zansoc.ledger.evm.ExchangeContracts;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.evm.LedgerContracts;
import cloud.zansoc.ledger.evm.LedgerHistory;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.LedgerView;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * The ledger of a hub as a command works with it: the chain, the contracts, and the profile's
 * wallet, where it is a client's command. Of what the hub says only the addresses of escrow and
 * exchange are believed; the contracts themselves say the rest, and are checked against one
 * another.
 *
 * <p>Used by one thread. {@link ChainCommand} opens and closes it.
 */
public final class ChainSession implements AutoCloseable {
  private final Optional<Profile> profile;
  private final LedgerView view;
  private final EvmChain chain;
  private final LedgerContracts contracts;
  private final Keyring keys = new Keyring();
  private final EvmLedger ledger;

  private ChainSession(Optional<Profile> profile, LedgerView view, EvmChain chain) {
    this.profile = profile;
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
    return open(session.api(), Optional.of(session.profile()), node);
  }

  /** The same as another member of the hub, which has no profile: a host. */
  public static ChainSession open(ApiClient api, Optional<URI> node) {
    return open(api, Optional.empty(), node);
  }

  private static ChainSession open(ApiClient api, Optional<Profile> profile, Optional<URI> node) {
    LedgerView view = api.call(ApiCall.get("/v1/ledger"), LedgerView.class);
    URI its =
        node.or(() -> view.node().map(URI::create))
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.PRECONDITION_FAILED,
                    "the hub names no node of chain %d for its members: name one by --chain URL"
                        .formatted(view.chain())));
    EvmChain chain = EvmChain.connect(ChainOptions.of(its, view.chain(), BigInteger.ZERO));
    try {
      return new ChainSession(profile, view, chain);
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
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
    return new WalletFolder(
        profile.orElseThrow(() -> new IllegalStateException("a host has no profile")));
  }

  /** The hub's account, which opens leases from mandates of its clients. */
  public AccountId hub() {
    return new AccountId(view.agent());
  }

  /** What clients let agents spend; operations of an account need its key in {@link #keys}. */
  public Mandates mandates() {
    return new EvmMandates(chain, contracts, keys);
  }

  /**
   * Lets the hub spend so much more for a deployment than it has used so far, and deposits what the
   * balance lacks for that, in one transaction.
   *
   * @param account an account of {@link #keys}
   * @param more what the hub may use from now on; balance and coins together must reach
   * @param mostRate of all the deployment's leases together, for a second
   * @throws ZansocException PRECONDITION_FAILED where the coins do not reach, and whatever the
   *     ledger refuses: then nothing has moved
   */
  public Mandate allow(
      AccountId account, Digest deployment, Amount more, Amount mostRate, Instant expiry) {
    MandateName name = new MandateName(account, hub(), deployment);
    Amount used = mandates().mandate(name).map(Mandate::used).orElse(Amount.ZERO);
    MandateTerms terms = new MandateTerms(used.plus(more), mostRate, expiry);
    return ledger.depositAndGrant(name, terms, missing(account, more)).orThrow();
  }

  /**
   * What an account must deposit to have so much in the escrow.
   *
   * @throws ZansocException PRECONDITION_FAILED where it has not enough coins for that
   */
  public Amount missing(AccountId account, Amount needed) {
    Amount balance = ledger.balance(account);
    if (balance.compareTo(needed) >= 0) {
      return Amount.ZERO;
    }
    Amount missing = needed.minus(balance);
    Amount coins = ledger.coins(account);
    if (coins.compareTo(missing) < 0) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "%s has %s coins in the escrow and %s outside, needed are %s"
              .formatted(account, balance.coins(), coins.coins(), needed.coins()));
    }
    return missing;
  }

  @Override
  public void close() {
    chain.close();
  }
}
