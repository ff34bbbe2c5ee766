package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.web3j.utils.Numeric;

/** What the custom errors of escrow and coin mean. */
final class EscrowErrors {
  private static final int SELECTOR_BYTES = 4;
  private static final Map<String, Function<Words, Refusal>> REFUSALS = refusals();
  private static final String INVALID_SIGNATURE = selector("InvalidSignature()");

  private EscrowErrors() {}

  /**
   * The refusal in the data of a revert; empty where it is none that callers cause.
   *
   * @param signer whose signature the call carried
   */
  static Optional<Refusal> refusal(String data, AccountId signer) {
    if (data.length() < 2 + 2 * SELECTOR_BYTES) {
      return Optional.empty();
    }
    String selector = data.substring(0, 2 + 2 * SELECTOR_BYTES);
    if (selector.equals(INVALID_SIGNATURE)) {
      return Optional.of(new Refusal.WrongSigner(Optional.empty(), signer));
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
    Map<String, Function<Words, Refusal>> bySelector = new HashMap<>();
    meanings.forEach((error, meaning) -> bySelector.put(selector(error), meaning));
    return Map.copyOf(bySelector);
  }

  private static String selector(String error) {
    return Numeric.toHexString(Words.keccak(error), 0, SELECTOR_BYTES, true);
  }
}
