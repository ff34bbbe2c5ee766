package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.web3j.utils.Numeric;

/** What the custom errors of our contracts mean. */
final class EscrowErrors {
  private static final int SELECTOR_BYTES = 4;
  private static final Map<String, Function<Words, Refusal>> REFUSALS = refusals();

  /** Those of the escrow, and of the library that the deals use. */
  private static final Set<String> INVALID_SIGNATURES =
      Set.of(
          selector("InvalidSignature()"),
          selector("ECDSAInvalidSignature()"),
          selector("ECDSAInvalidSignatureS(bytes32)"));

  private EscrowErrors() {}

  /**
   * The refusal in the data of a revert; empty where it is none that callers cause.
   *
   * @param signer whose signature the call should carry; empty where that is open
   */
  static Optional<Refusal> refusal(String data, Optional<AccountId> signer) {
    if (data.length() < 2 + 2 * SELECTOR_BYTES) {
      return Optional.empty();
    }
    String selector = data.substring(0, 2 + 2 * SELECTOR_BYTES);
    if (INVALID_SIGNATURES.contains(selector)) {
      return Optional.of(
          signer
              .<Refusal>map(expected -> new Refusal.WrongSigner(Optional.empty(), expected))
              .orElseGet(Refusal.InvalidSignature::new));
    }
    Words words = Words.read(data, SELECTOR_BYTES);
    return Optional.ofNullable(REFUSALS.get(selector)).map(meaning -> meaning.apply(words));
  }

  private static Map<String, Function<Words, Refusal>> refusals() {
    Map<String, Function<Words, Refusal>> meanings = new HashMap<>();
    meanings.put("ZeroAmount()", words -> new Refusal.ZeroAmount());
    meanings.put(
        "InsufficientBalance(address,uint256,uint256)",
        words ->
            new Refusal.InsufficientBalance(words.account(0), words.amount(1), words.amount(2)));
    meanings.put(
        "ERC20InsufficientBalance(address,uint256,uint256)",
        words -> new Refusal.InsufficientCoins(words.account(0), words.amount(1), words.amount(2)));
    meanings.put("InvalidAccount(address)", words -> new Refusal.InvalidAccount(words.account(0)));
    meanings.put(
        "ERC20InvalidReceiver(address)", words -> new Refusal.InvalidAccount(words.account(0)));
    meanings.put(
        "SignerMismatch(address,address)",
        words -> new Refusal.WrongSigner(Optional.of(words.account(0)), words.account(1)));
    meanings.put("OfferExpired(uint256)", words -> new Refusal.OfferExpired(words.time(0)));
    meanings.put("OfferUsed(bytes32)", words -> new Refusal.OfferUsed(words.lease(0)));
    meanings.put(
        "NotOffered(address,address)",
        words -> new Refusal.NotOffered(words.account(0), words.account(1)));
    meanings.put("InvalidRate(uint256)", words -> new Refusal.InvalidRate(words.amount(0)));
    meanings.put("LeaseNotOpen(bytes32)", words -> new Refusal.LeaseNotOpen(words.lease(0)));
    meanings.put(
        "LeaseLapsed(bytes32,uint256)",
        words -> new Refusal.LeaseLapsed(words.lease(0), words.time(1)));
    meanings.put("NotParty(address)", words -> new Refusal.NotParty(words.account(0)));
    meanings.putAll(ofMandates());
    meanings.putAll(ofChannelsAndStake());
    meanings.putAll(ofDeals());
    meanings.putAll(ofRewards());
    Map<String, Function<Words, Refusal>> bySelector = new HashMap<>();
    meanings.forEach((error, meaning) -> bySelector.put(selector(error), meaning));
    return Map.copyOf(bySelector);
  }

  private static Map<String, Function<Words, Refusal>> ofMandates() {
    return Map.of(
        "InvalidAgent(address)",
        words -> new Refusal.InvalidAgent(words.account(0)),
        "NoMandate(address,address,bytes32)",
        words ->
            new Refusal.NoMandate(
                new MandateName(words.account(0), words.account(1), words.digest(2))),
        "MandateExpired(uint256)",
        words -> new Refusal.MandateExpired(words.time(0)),
        "AboveBudget(uint256,uint256)",
        words -> new Refusal.AboveBudget(words.amount(0), words.amount(1)),
        "AboveMostRate(uint256,uint256)",
        words -> new Refusal.AboveMostRate(words.amount(0), words.amount(1)));
  }

  private static Map<String, Function<Words, Refusal>> ofChannelsAndStake() {
    return Map.of(
        "NoChannel(address,address)",
        words -> new Refusal.NoChannel(words.account(0), words.account(1)),
        "NothingToRedeem(uint256,uint256,uint256)",
        words -> new Refusal.NothingToRedeem(words.amount(0), words.amount(1), words.amount(2)),
        "ChannelNotClosing()",
        words -> new Refusal.ChannelNotClosing(),
        "ChannelStillOpen(uint256)",
        words -> new Refusal.ChannelStillOpen(words.time(0)),
        "InsufficientStake(uint256,uint256)",
        words -> new Refusal.InsufficientStake(words.amount(0), words.amount(1)),
        "NothingThaws()",
        words -> new Refusal.NothingThaws(),
        "StillThawing(uint256)",
        words -> new Refusal.StillThawing(words.time(0)));
  }

  private static Map<String, Function<Words, Refusal>> ofDeals() {
    return Map.of(
        "InvalidTerms()",
        words -> new Refusal.InvalidTerms(),
        "TermsExpired(uint256)",
        words -> new Refusal.TermsExpired(words.time(0)),
        "TermsUsed(bytes32)",
        words -> new Refusal.TermsUsed(words.deal(0)),
        "DealOver(bytes32)",
        words -> new Refusal.DealOver(words.deal(0)),
        "NotDue(uint256,uint256)",
        words -> new Refusal.NotDue(words.count(0), words.count(1)),
        "FaultPending(uint256,uint256)",
        words -> new Refusal.FaultPending(words.count(0), words.count(1)),
        "SeedUnknown(uint256)",
        words -> new Refusal.SeedUnknown(words.count(0)),
        "WrongProofLength(uint256,uint256)",
        words -> new Refusal.WrongProofLength(words.count(0), words.count(1)),
        "WrongProof(uint256)",
        words -> new Refusal.WrongProof(words.count(0)));
  }

  private static Map<String, Function<Words, Refusal>> ofRewards() {
    return Map.of(
        "WrongProof()",
        words -> new Refusal.NotInRewards(),
        "NotPublisher(address)",
        words -> new Refusal.NotPublisher(words.account(0)),
        "EpochAlreadyPublished(uint256,uint256)",
        words -> new Refusal.EpochAlreadyPublished(words.count(0), words.count(1)),
        "EpochNotOver(uint256,uint256)",
        words -> new Refusal.EpochNotOver(words.count(0), words.time(1)),
        "AboveSchedule(uint256,uint256)",
        words -> new Refusal.AboveSchedule(words.amount(0), words.amount(1)),
        "NothingToReward(address,uint256)",
        words -> new Refusal.NothingToReward(words.account(0), words.amount(1)),
        "AboveMinted(uint256,uint256)",
        words -> new Refusal.AboveMinted(words.amount(0), words.amount(1)));
  }

  private static String selector(String error) {
    return Numeric.toHexString(Words.keccak(error), 0, SELECTOR_BYTES, true);
  }
}
