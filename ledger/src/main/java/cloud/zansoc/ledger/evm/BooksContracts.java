package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;

/** The contracts of one ledger that move coins, and who gets their commission. */
record BooksContracts(
    AccountId escrow, AccountId coin, AccountId registry, AccountId deals, AccountId treasury) {
  /** Asks an escrow, which knows the others. */
  static BooksContracts of(EvmChain chain, AccountId escrow) {
    return new BooksContracts(
        escrow,
        named(chain, escrow, "COIN"),
        named(chain, escrow, "REGISTRY"),
        named(chain, escrow, "DEALS"),
        named(chain, escrow, "TREASURY"));
  }

  private static AccountId named(EvmChain chain, AccountId escrow, String view) {
    return chain.read(escrow, EscrowCalls.view(view)).account(0);
  }
}
