package cloud.zansoc.ledger.evm;

import static cloud.zansoc.ledger.evm.EscrowCalls.address;
import static cloud.zansoc.ledger.evm.EscrowCalls.encoded;
import static cloud.zansoc.ledger.evm.EscrowCalls.word;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Mandates;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.SignedOffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint96;

/** The mandates that the escrow contract keeps; its operations are those of {@link EvmLedger}. */
public final class EvmMandates implements Mandates {
  private final EvmContract escrow;

  /** The mandates of an escrow. */
  public EvmMandates(EvmChain chain, LedgerContracts contracts, Keyring keys) {
    this.escrow = EvmContract.of(chain, contracts, contracts.escrow(), keys);
  }

  @Override
  public Optional<Mandate> mandate(MandateName name) {
    return mandate(name, escrow.read(mandateOf(name)));
  }

  static String mandateOf(MandateName name) {
    return encoded(
        "mandateOf", address(name.client()), address(name.agent()), word(name.deployment()));
  }

  /** The mandate in the answer of the view of mandates; empty where it was never granted. */
  static Optional<Mandate> mandate(MandateName name, Words entry) {
    return entry.account(0).equals(AccountId.NOBODY)
        ? Optional.empty()
        : Optional.of(
            new Mandate(
                name,
                new MandateTerms(entry.amount(5), entry.amount(1), entry.time(4)),
                entry.amount(2),
                entry.amount(3)));
  }

  @Override
  public Outcome<Mandate> grant(
      AccountId caller, AccountId agent, Digest deployment, MandateTerms terms) {
    return changed(new MandateName(caller, agent, deployment), grant(agent, deployment, terms));
  }

  static String grant(AccountId agent, Digest deployment, MandateTerms terms) {
    return encoded(
        "grant",
        address(agent),
        word(deployment),
        new Uint96(terms.budget().units()),
        new Uint96(terms.mostRate().units()),
        new Uint64(terms.expiry().getEpochSecond()));
  }

  @Override
  public Outcome<Mandate> revoke(AccountId caller, AccountId agent, Digest deployment) {
    return changed(
        new MandateName(caller, agent, deployment),
        encoded("revoke", address(agent), word(deployment)));
  }

  private Outcome<Mandate> changed(MandateName name, String data) {
    return sent(name.client(), data, Optional.empty(), events -> mandate(name).orElseThrow());
  }

  @Override
  public Outcome<List<Lease>> openFor(
      AccountId caller,
      AccountId client,
      Digest deployment,
      List<SignedOffer> offers,
      Duration paid) {
    Mandates.checkBatch(offers);
    long seconds = Ledger.prepaidSeconds(paid);
    for (SignedOffer offer : offers) {
      if (!offer.ledger().equals(escrow.ledger())) {
        return Outcome.refused(new Refusal.WrongLedger(escrow.ledger(), offer.ledger()));
      }
    }
    return sent(
        caller,
        EscrowCalls.openFor(client, deployment, offers, seconds),
        unsigned(offers),
        EscrowEvents::allOpened);
  }

  /** The host of the first offer whose signature is nobody's: the error does not name it. */
  private Optional<AccountId> unsigned(List<SignedOffer> offers) {
    EvmOffers scheme = new EvmOffers(escrow.ledger());
    return offers.stream()
        .filter(signed -> scheme.signer(signed.offer(), signed.signature()).isEmpty())
        .map(signed -> signed.offer().host())
        .findFirst();
  }

  @Override
  public Outcome<Instant> topUpFor(AccountId caller, LeaseId lease, Duration paid) {
    String data = EscrowCalls.topUpFor(lease, Ledger.prepaidSeconds(paid));
    return sent(caller, data, Optional.empty(), EscrowEvents::toppedUpUntil);
  }

  private <T> Outcome<T> sent(
      AccountId caller, String data, Optional<AccountId> signer, Function<EscrowEvents, T> result) {
    return escrow.sent(caller, data, signer, result);
  }
}
