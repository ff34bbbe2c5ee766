package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Outcome;
import java.util.Optional;
import java.util.function.Function;

/**
 * A contract of a ledger, as the accounts of a keyring call it.
 *
 * @param ledger the escrow that it belongs to, or is
 */
record EvmContract(EvmChain chain, LedgerId ledger, AccountId address, Keyring keys) {
  /** The contract at an address, which is one of those. */
  static EvmContract of(
      EvmChain chain, LedgerContracts contracts, AccountId address, Keyring keys) {
    return new EvmContract(chain, new LedgerId(chain.id(), contracts.escrow()), address, keys);
  }

  /** Calls a view on the newest state. */
  Words read(String data) {
    return chain.read(address, data);
  }

  /**
   * Sends a call, and returns when it is in a block.
   *
   * @param signer whose signature it should carry; empty where that is open
   * @param result what to give out of the contract's events
   */
  <T> Outcome<T> sent(
      AccountId caller, String data, Optional<AccountId> signer, Function<EscrowEvents, T> result) {
    return sent(caller, data, EscrowCalls.leastGas(1), signer, result);
  }

  /** The same with so much gas at least. */
  <T> Outcome<T> sent(
      AccountId caller,
      String data,
      long leastGas,
      Optional<AccountId> signer,
      Function<EscrowEvents, T> result) {
    return switch (chain.send(keys.of(caller), Optional.of(address), data, leastGas)) {
      case Sent.Mined(Receipt receipt) ->
          new Outcome.Done<>(result.apply(new EscrowEvents(address, receipt)));
      case Sent.Reverted(String error) ->
          Outcome.refused(EscrowErrors.refusal(error, signer).orElseThrow(() -> unexpected(error)));
    };
  }

  private ZansocException unexpected(String error) {
    return new ZansocException(
        ErrorCode.INTERNAL,
        "contract %s of %s failed with an error of no caller: %s"
            .formatted(address, ledger, error));
  }
}
