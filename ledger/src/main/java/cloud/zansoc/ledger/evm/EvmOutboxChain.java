package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.RewardClaim;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.SignedVoucher;
import cloud.zansoc.ledger.outbox.Attempt;
import cloud.zansoc.ledger.outbox.Fees;
import cloud.zansoc.ledger.outbox.Inclusion;
import cloud.zansoc.ledger.outbox.Operation;
import cloud.zansoc.ledger.outbox.OutboxChain;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthEstimateGas;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** The outbox's way to an escrow on a chain, with the key of its account. */
public final class EvmOutboxChain implements OutboxChain {
  /** A quarter more than estimated, since time goes on until the block. */
  private static final long GAS_PERCENT = 125;

  private final EvmChain chain;
  private final AccountId escrow;
  private final EvmKey key;

  /** Where proofs go to; asked for when the first one is sent. */
  private volatile Optional<AccountId> deals = Optional.empty();

  public EvmOutboxChain(EvmChain chain, AccountId escrow, EvmKey key) {
    this.chain = chain;
    this.escrow = escrow;
    this.key = key;
  }

  @Override
  public Head head() {
    // The height first: one that is too low confirms late, one that is too high too early.
    long height = chain.height();
    long nonces =
        chain
            .ask(
                "eth_getTransactionCount",
                chain
                    .node()
                    .ethGetTransactionCount(key.account().text(), DefaultBlockParameterName.LATEST))
            .getTransactionCount()
            .longValueExact();
    return new Head(height, nonces);
  }

  @Override
  public long pendingNonces() {
    return chain.nonce(key.account()).longValueExact();
  }

  @Override
  public Market market() {
    BigInteger floor = chain.nextBlock().getBaseFeePerGas();
    BigInteger tip = chain.options().tip();
    return new Market(new Fees(floor.multiply(BigInteger.TWO).add(tip), tip), floor);
  }

  @Override
  public Trial trial(List<Operation> operations) {
    Optional<Refusal> foreign = forAnotherLedger(operations.getFirst());
    if (foreign.isPresent()) {
      return new Trial.Refused(foreign.get().message());
    }
    EthEstimateGas estimate =
        chain.estimate(key.account(), Optional.of(target(operations)), data(operations));
    if (estimate.hasError()) {
      return new Trial.Refused(reason(chain.revertData(estimate, "eth_estimateGas")));
    }
    long estimated = estimate.getAmountUsed().longValueExact() * GAS_PERCENT / 100;
    return new Trial.Accepted(Math.max(estimated, EscrowCalls.leastGas(operations.size())));
  }

  /** What was signed for another ledger would seem to be another client's here. */
  private Optional<Refusal> forAnotherLedger(Operation operation) {
    LedgerId here = new LedgerId(chain.id(), escrow);
    Stream<LedgerId> signedFor =
        switch (operation) {
          case Operation.Redeem(SignedVoucher voucher) -> Stream.of(voucher.ledger());
          case Operation.OpenFor open -> open.offers().stream().map(SignedOffer::ledger);
          default -> Stream.empty();
        };
    return signedFor
        .filter(ledger -> !ledger.equals(here))
        .findFirst()
        .map(other -> new Refusal.WrongLedger(here, other));
  }

  @Override
  public Attempt sign(List<Operation> operations, Terms terms, Instant now) {
    return signed(
        RawTransaction.createTransaction(
            chain.id(),
            BigInteger.valueOf(terms.nonce()),
            BigInteger.valueOf(terms.gas()),
            target(operations).text(),
            BigInteger.ZERO,
            data(operations),
            terms.fees().tip(),
            terms.fees().most()),
        terms.fees(),
        now);
  }

  @Override
  public Attempt resign(Attempt attempt, Fees fees, Instant now) {
    RawTransaction old = TransactionDecoder.decode(attempt.raw());
    return signed(
        RawTransaction.createTransaction(
            chain.id(),
            old.getNonce(),
            old.getGasLimit(),
            old.getTo(),
            old.getValue(),
            old.getData(),
            fees.tip(),
            fees.most()),
        fees,
        now);
  }

  private Attempt signed(RawTransaction transaction, Fees fees, Instant now) {
    String raw = key.signed(transaction);
    return new Attempt(Hash.sha3(raw), raw, fees, now);
  }

  @Override
  public Optional<String> broadcast(Attempt attempt) {
    EthSendTransaction answer =
        chain.answered("eth_sendRawTransaction", chain.node().ethSendRawTransaction(attempt.raw()));
    return answer.hasError()
        ? Optional.of(attempt.hash() + ": " + answer.getError().getMessage())
        : Optional.empty();
  }

  @Override
  public Optional<Inclusion> inclusion(Attempt attempt) {
    return chain
        .ask("eth_getTransactionReceipt", chain.node().ethGetTransactionReceipt(attempt.hash()))
        .getTransactionReceipt()
        .map(receipt ->
            new Inclusion(
                attempt.hash(),
                receipt.getBlockNumber().longValueExact(),
                receipt.isStatusOK() ? Optional.empty() : Optional.of(failure(attempt, receipt))));
  }

  /** Why a transaction has done nothing in its block, as far as the node still knows. */
  private String failure(Attempt attempt, TransactionReceipt receipt) {
    RawTransaction transaction = TransactionDecoder.decode(attempt.raw());
    if (receipt.getGasUsed().equals(transaction.getGasLimit())) {
      return "it ran out of its " + receipt.getGasUsed() + " gas";
    }
    EthCall again =
        chain.call(
            key.account(),
            Optional.of(new AccountId(transaction.getTo())),
            transaction.getData(),
            DefaultBlockParameter.valueOf(receipt.getBlockNumber()));
    boolean explained = again.hasError() && again.getError().getData() != null;
    return explained
        ? reason(chain.revertData(again, "eth_call"))
        : "the contract refused it in block " + receipt.getBlockNumber();
  }

  private String reason(String error) {
    return EscrowErrors.refusal(error, Optional.empty())
        .map(Refusal::message)
        .orElse("the contract refused it with the error " + error);
  }

  private static String data(List<Operation> operations) {
    List<LeaseId> leases =
        operations.stream()
            .filter(Operation.Settle.class::isInstance)
            .map(Operation.Settle.class::cast)
            .map(Operation.Settle::lease)
            .toList();
    if (leases.size() == operations.size() && !leases.isEmpty()) {
      return EscrowCalls.settleMany(leases);
    }
    if (operations.size() != 1) {
      throw new ZansocException(
          ErrorCode.INTERNAL, operations.size() + " operations do not fit into one transaction");
    }
    return data(operations.getFirst());
  }

  /** The contract that one transaction's operations are calls of. */
  private AccountId target(List<Operation> operations) {
    return switch (operations.getFirst()) {
      case Operation.Prove prove -> deals();
      case Operation.Fault fault -> deals();
      default -> escrow;
    };
  }

  private AccountId deals() {
    if (deals.isEmpty()) {
      deals = Optional.of(chain.named(escrow, "DEALS"));
    }
    return deals.get();
  }

  private static String data(Operation operation) {
    return switch (operation) {
      case Operation.Settle(LeaseId lease) -> EscrowCalls.settleMany(List.of(lease));
      case Operation.Close(LeaseId lease, CloseReason reason) -> EscrowCalls.close(lease, reason);
      case Operation.TopUp(LeaseId lease, Duration paid) ->
          EscrowCalls.topUp(lease, Ledger.prepaidSeconds(paid));
      case Operation.OpenFor open ->
          EscrowCalls.openFor(
              open.client(), open.deployment(), open.offers(), Ledger.prepaidSeconds(open.paid()));
      case Operation.TopUpFor(LeaseId lease, Duration paid) ->
          EscrowCalls.topUpFor(lease, Ledger.prepaidSeconds(paid));
      case Operation.Withdraw(AccountId to, Amount amount) -> EscrowCalls.withdraw(to, amount);
      case Operation.Redeem(SignedVoucher voucher) -> EvmChannels.redeem(voucher);
      case Operation.Prove(DealId deal, PossessionProof proof) -> EvmDeals.prove(deal, proof);
      case Operation.Fault(DealId deal, long most) -> EvmDeals.fault(deal, most);
      case Operation.Claim(RewardClaim claim) -> EvmRewards.claim(claim);
      case Operation.Publish(EpochRewards rewards) -> EvmRewards.publish(rewards);
    };
  }
}
