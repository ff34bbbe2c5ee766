package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;

/**
 * The contracts of one ledger, and the accounts that were chosen when they were deployed.
 *
 * @param escrow keeps balances, leases, vouchers and rewards; it knows all others
 * @param registry of hosts and their stake
 * @param deals of storage
 * @param treasury receives the commission
 * @param publisher publishes the rewards of each epoch
 */
public record LedgerContracts(
    AccountId escrow,
    AccountId coin,
    AccountId registry,
    AccountId deals,
    AccountId treasury,
    AccountId publisher) {
  /**
   * Asks an escrow, and makes sure that the others name it in turn: a coin that somebody else's
   * escrow calls its own does not.
   *
   * @throws ZansocException PRECONDITION_FAILED where there is no contract, or another one
   */
  public static LedgerContracts of(EvmChain chain, AccountId escrow) {
    chain.requireCode(escrow);
    LedgerContracts contracts =
        new LedgerContracts(
            escrow,
            chain.named(escrow, "COIN"),
            chain.named(escrow, "REGISTRY"),
            chain.named(escrow, "DEALS"),
            chain.named(escrow, "TREASURY"),
            chain.named(escrow, "PUBLISHER"));
    contracts.require(chain, contracts.coin, "MINTER", escrow);
    contracts.require(chain, contracts.registry, "ESCROW", escrow);
    contracts.require(chain, contracts.registry, "SLASHER", contracts.deals);
    contracts.require(chain, contracts.deals, "ESCROW", escrow);
    contracts.require(chain, contracts.deals, "REGISTRY", contracts.registry);
    return contracts;
  }

  private void require(EvmChain chain, AccountId contract, String view, AccountId expected) {
    AccountId seen = chain.named(contract, view);
    if (!seen.equals(expected)) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "%s is no escrow of a ledger: %s of %s is %s, not %s"
              .formatted(escrow, view, contract, seen, expected));
    }
  }
}
