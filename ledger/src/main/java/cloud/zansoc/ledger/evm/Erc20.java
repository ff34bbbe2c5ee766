package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Outcome;
import java.util.Optional;

/** What accounts have of an ERC-20: of the coin outside of the escrow, or of a stablecoin. */
public final class Erc20 {
  private final EvmChain chain;
  private final AccountId contract;
  private final Keyring keys;

  public Erc20(EvmChain chain, AccountId contract, Keyring keys) {
    this.chain = chain;
    this.contract = contract;
    this.keys = keys;
  }

  /** How many decimal places a unit of the token is divided into. */
  public int decimals() {
    return chain.read(contract, EscrowCalls.view("decimals")).number(0).intValueExact();
  }

  /** What an account has. */
  public Amount balance(AccountId account) {
    return chain.read(contract, EscrowCalls.balanceOf(account)).amount(0);
  }

  /** Sends some of the caller's; done when it is in a block. */
  public Outcome<Amount> transfer(AccountId caller, AccountId to, Amount amount) {
    return sent(caller, EscrowCalls.transfer(to, amount), amount);
  }

  /** Makes some out of nothing, as the test dollar of development chains lets anyone. */
  public Outcome<Amount> mint(AccountId caller, AccountId to, Amount amount) {
    return sent(caller, EscrowCalls.mint(to, amount), amount);
  }

  private Outcome<Amount> sent(AccountId caller, String data, Amount amount) {
    return switch (chain.send(keys.of(caller), Optional.of(contract), data)) {
      case Sent.Mined mined -> new Outcome.Done<>(amount);
      case Sent.Reverted(String error) ->
          new Outcome.Refused<>(
              EscrowErrors.refusal(error, Optional.of(caller))
                  .orElseThrow(() ->
                      new ZansocException(
                          ErrorCode.PRECONDITION_FAILED,
                          "the contract %s refused it with the error %s"
                              .formatted(contract, error))));
    };
  }
}
