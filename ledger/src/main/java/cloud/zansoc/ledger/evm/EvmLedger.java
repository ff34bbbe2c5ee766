package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.SignedOffer;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ledger that the escrow contract keeps. An operation is one transaction, and returns when it
 * is in a block; what it gives comes out of that block's events.
 *
 * <p>Callers are accounts of the {@link Keyring}; another one is a {@link
 * cloud.zansoc.base.ZansocException} with {@link ErrorCode#WRONG_KEY}.
 */
public final class EvmLedger implements Ledger {
  private static final byte[] PERMIT_TYPE =
      Words.keccak(
          "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
  private static final Duration PERMIT_LIFE = Duration.ofHours(1);

  private final EvmChain chain;
  private final EvmContract escrow;
  private final LedgerId id;
  private final AccountId coin;
  private final AccountId treasury;
  private final TypedData coinDomain;
  private final Keyring keys;
  private final AccountOrder depositors = new AccountOrder();

  /** The ledger of contracts that are known already. */
  public EvmLedger(EvmChain chain, LedgerContracts contracts, Keyring keys) {
    this.chain = chain;
    this.escrow = EvmContract.of(chain, contracts, contracts.escrow(), keys);
    this.keys = keys;
    this.id = escrow.ledger();
    this.coin = contracts.coin();
    this.treasury = contracts.treasury();
    this.coinDomain = new TypedData("Zansoc", chain.id(), coin);
  }

  /** The ledger of an escrow; fails as {@link LedgerContracts#of} does. */
  public static EvmLedger of(EvmChain chain, AccountId escrow, Keyring keys) {
    return new EvmLedger(chain, LedgerContracts.of(chain, escrow), keys);
  }

  @Override
  public LedgerId id() {
    return id;
  }

  @Override
  public Instant now() {
    return chain.now();
  }

  @Override
  public AccountId treasury() {
    return treasury;
  }

  @Override
  public Amount balance(AccountId account) {
    return escrow.read(EscrowCalls.balanceOf(account)).amount(0);
  }

  @Override
  public Amount coins(AccountId account) {
    return chain.read(coin, EscrowCalls.balanceOf(account)).amount(0);
  }

  @Override
  public Optional<Lease> lease(LeaseId lease) {
    return lease(lease, escrow.read(EscrowCalls.leaseOf(lease)));
  }

  /** The lease in the answer of the view of leases; empty where it is not open. */
  static Optional<Lease> lease(LeaseId lease, Words entry) {
    AccountId client = entry.account(0);
    return client.equals(AccountId.NOBODY)
        ? Optional.empty()
        : Optional.of(
            new Lease(
                lease, client, entry.account(3), entry.amount(4), entry.time(1), entry.time(2)));
  }

  @Override
  public Outcome<Amount> deposit(AccountId caller, Amount amount) {
    // The coin numbers permits one after another, as of the newest block.
    return depositors.next(
        caller, () -> sent(caller, permittedDeposit(caller, amount), caller, events -> amount));
  }

  /**
   * Moves the caller's coins into its own balance and gives a mandate, both or neither, in one
   * transaction. Granted is as by {@link cloud.zansoc.ledger.Mandates#grant}.
   *
   * @param amount nothing: the mandate alone
   */
  public Outcome<Mandate> depositAndGrant(MandateName name, MandateTerms terms, Amount amount) {
    AccountId caller = name.client();
    String grant = EvmMandates.grant(name.agent(), name.deployment(), terms);
    Function<EscrowEvents, Mandate> granted =
        events -> EvmMandates.mandate(name, escrow.read(EvmMandates.mandateOf(name))).orElseThrow();
    return amount.isZero()
        ? sent(caller, grant, caller, granted)
        : depositors.next(
            caller,
            () -> {
              String deposit = permittedDeposit(caller, amount);
              return sent(caller, EscrowCalls.multicall(List.of(deposit, grant)), caller, granted);
            });
  }

  private String permittedDeposit(AccountId caller, Amount amount) {
    BigInteger deadline = BigInteger.valueOf(now().plus(PERMIT_LIFE).getEpochSecond());
    BigInteger nonce = chain.read(coin, EscrowCalls.permitNonceOf(caller)).number(0);
    byte[] permit =
        coinDomain.digest(PERMIT_TYPE, caller, id.escrow(), amount.units(), nonce, deadline);
    return EscrowCalls.depositWithPermit(amount, deadline, keys.of(caller).sign(permit));
  }

  @Override
  public Outcome<Amount> withdraw(AccountId caller, AccountId to, Amount amount) {
    return sent(caller, EscrowCalls.withdraw(to, amount), caller, events -> amount);
  }

  @Override
  public Outcome<Lease> open(AccountId caller, SignedOffer signed, Duration paid) {
    long seconds = Ledger.prepaidSeconds(paid);
    if (!signed.ledger().equals(id)) {
      return new Outcome.Refused<>(new Refusal.WrongLedger(id, signed.ledger()));
    }
    return sent(
        caller, EscrowCalls.open(signed, seconds), signed.offer().host(), EscrowEvents::opened);
  }

  @Override
  public Outcome<LeaseId> cancelOffer(AccountId caller, Offer offer) {
    LeaseId lease = new EvmOffers(id).leaseId(offer);
    return sent(caller, EscrowCalls.cancelOffer(offer), caller, events -> lease);
  }

  @Override
  public Outcome<Instant> topUp(AccountId caller, LeaseId lease, Duration paid) {
    String data = EscrowCalls.topUp(lease, Ledger.prepaidSeconds(paid));
    return sent(caller, data, caller, EscrowEvents::toppedUpUntil);
  }

  @Override
  public Outcome<Payment> settle(AccountId caller, LeaseId lease) {
    return sent(caller, EscrowCalls.settle(lease), caller, EscrowEvents::settled);
  }

  @Override
  public Outcome<Payment> settleMany(AccountId caller, List<LeaseId> leases) {
    Ledger.checkBatch(leases);
    return escrow.sent(
        caller,
        EscrowCalls.settleMany(leases),
        EscrowCalls.leastGas(leases.size()),
        Optional.of(caller),
        EscrowEvents::settled);
  }

  @Override
  public Outcome<Amount> close(AccountId caller, LeaseId lease, CloseReason reason) {
    return sent(caller, EscrowCalls.close(lease, reason), caller, EscrowEvents::refunded);
  }

  /** Sends a call to the escrow. {@code signer}: whose signature it carries. */
  private <T> Outcome<T> sent(
      AccountId caller, String data, AccountId signer, Function<EscrowEvents, T> result) {
    return escrow.sent(caller, data, Optional.of(signer), result);
  }
}
