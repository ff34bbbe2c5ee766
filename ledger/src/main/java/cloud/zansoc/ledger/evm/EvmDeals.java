package cloud.zansoc.ledger.evm;

import static cloud.zansoc.ledger.evm.EscrowCalls.address;
import static cloud.zansoc.ledger.evm.EscrowCalls.encoded;
import static cloud.zansoc.ledger.evm.EscrowCalls.word;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Deal;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.Deals;
import cloud.zansoc.ledger.Fault;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.SignedTerms;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.abi.datatypes.generated.Uint96;
import org.web3j.utils.Numeric;

/** The contract for deals of an escrow; its operations are those of {@link EvmLedger}. */
public final class EvmDeals implements Deals {
  private static final String OPENED =
      EscrowEvents.topic(
          "DealOpened(bytes32,address,address,bytes32,uint256,uint256,uint256,uint256,uint256)");
  private static final String FAULTED =
      EscrowEvents.topic("DealFaulted(bytes32,address,uint256,uint256,uint256,uint256,uint256)");
  private static final String ENDED =
      EscrowEvents.topic("DealEnded(bytes32,address,uint256,uint256)");
  static final String PROVEN = EscrowEvents.topic("DealProven(bytes32,address,uint256,uint256)");

  private final EvmContract deals;
  private final EvmTerms scheme;
  private final ChainHistory history;
  private final long periodBlocks;

  /** The deals of an escrow. */
  public EvmDeals(EvmChain chain, LedgerContracts contracts, Keyring keys) {
    this.deals = EvmContract.of(chain, contracts, contracts.deals(), keys);
    this.scheme = new EvmTerms(deals.ledger(), deals.address());
    this.history = new ChainHistory(chain);
    this.periodBlocks = deals.read(EscrowCalls.view("PERIOD_BLOCKS")).count(0);
  }

  @Override
  public EvmTerms scheme() {
    return scheme;
  }

  /** The length of a period in blocks. */
  public long periodBlocks() {
    return periodBlocks;
  }

  /** The height of the block under way. */
  public long nextBlock() {
    return history.newest().block().height() + 1;
  }

  /** The height from which a period's seed is known. */
  public long secondBlockOf(long period) {
    return Math.multiplyExact(period, periodBlocks) + 1;
  }

  @Override
  public long currentPeriod() {
    return nextBlock() / periodBlocks;
  }

  @Override
  public Optional<Digest> seed(long period) {
    return history
        .header(Math.multiplyExact(period, periodBlocks))
        .map(header -> Digest.of(Numeric.hexStringToByteArray(header.block().hash())));
  }

  @Override
  public Outcome<Deal> open(AccountId caller, SignedTerms signed) {
    DealTerms terms = signed.terms();
    if (!signed.ledger().equals(deals.ledger())) {
      return Outcome.refused(new Refusal.WrongLedger(deals.ledger(), signed.ledger()));
    }
    String data =
        encoded("open", struct(terms), word(signed.signature().r()), word(signed.signature().vs()));
    return deals.sent(
        caller,
        data,
        Optional.of(terms.host()),
        events -> {
          Words opened = events.dataOf(OPENED);
          return new Deal(
              scheme.dealId(terms),
              caller,
              terms.host(),
              terms.root(),
              terms.leaves(),
              terms.samples(),
              terms.price(),
              terms.penalty(),
              opened.count(2),
              opened.count(3));
        });
  }

  private static StaticStruct struct(DealTerms terms) {
    return new StaticStruct(
        address(terms.host()),
        address(terms.client().orElse(AccountId.NOBODY)),
        word(terms.root()),
        new Uint64(terms.leaves()),
        new Uint8(terms.samples()),
        new Uint32(terms.periods()),
        new Uint96(terms.price().units()),
        new Uint96(terms.penalty().units()),
        new Uint64(terms.expiry().getEpochSecond()),
        new Uint256(terms.nonce()));
  }

  @Override
  public Outcome<Payment> prove(AccountId caller, DealId deal, PossessionProof proof) {
    return deals.sent(
        caller,
        prove(deal, proof),
        Optional.empty(),
        events -> {
          Amount gross = events.dataOf(PROVEN).amount(1);
          return new Payment(gross, gross.commission());
        });
  }

  /** The call that hands a proof in. */
  static String prove(DealId deal, PossessionProof proof) {
    return encoded("prove", id(deal), words(proof.leaves()), words(proof.path()));
  }

  @Override
  public Outcome<Fault> fault(AccountId caller, DealId deal, long most) {
    return deals.sent(
        caller,
        fault(deal, most),
        Optional.empty(),
        events -> {
          Words fault = events.dataOf(FAULTED);
          return new Fault(
              fault.count(0), fault.count(1), fault.amount(2), fault.amount(3), fault.amount(4));
        });
  }

  /** The call that faults up to a number of periods. */
  static String fault(DealId deal, long most) {
    BigInteger limit = BigInteger.valueOf(Deals.checkedLimit(most));
    return encoded("fault", id(deal), new Uint48(limit));
  }

  @Override
  public Outcome<Amount> end(AccountId caller, DealId deal) {
    return deals.sent(
        caller,
        encoded("end", id(deal)),
        Optional.empty(),
        events -> events.dataOf(ENDED).amount(1));
  }

  @Override
  public Optional<Deal> deal(DealId deal) {
    Words entry = deals.read(encoded("dealOf", id(deal)));
    return entry.account(3).equals(AccountId.NOBODY)
        ? Optional.empty()
        : Optional.of(
            new Deal(
                deal,
                entry.account(0),
                entry.account(3),
                entry.digest(5),
                entry.count(7),
                (int) entry.count(9),
                entry.amount(4),
                entry.amount(6),
                entry.count(1),
                entry.count(2)));
  }

  private static Bytes32 id(DealId deal) {
    return new Bytes32(Numeric.hexStringToByteArray(deal.text()));
  }

  private static DynamicArray<Bytes32> words(List<Digest> nodes) {
    return new DynamicArray<>(Bytes32.class, nodes.stream().map(EscrowCalls::word).toList());
  }
}
