package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.evm.LedgerContracts;
import java.util.List;

/** What is looked at before coins go to somebody, since nobody can bring them back. */
final class Recipient {
  private Recipient() {}

  /**
   * Refuses what is surely a mistake.
   *
   * @param contractAllowed whether another contract than the ledger's own may receive
   */
  static void check(ChainSession chain, AccountId from, AccountId to, boolean contractAllowed) {
    if (to.equals(AccountId.NOBODY)) {
      throw refused("nobody has the address %s: coins sent there would be lost".formatted(to));
    }
    if (to.equals(from)) {
      throw refused(to + " is this wallet's own account");
    }
    LedgerContracts ours = chain.contracts();
    if (List.of(ours.escrow(), ours.coin(), ours.registry(), ours.deals()).contains(to)) {
      throw refused(
          "%s is one of the ledger's contracts: coins sent there would be lost; 'zansoc wallet deposit' puts coins into the escrow"
              .formatted(to));
    }
    if (!contractAllowed && chain.chain().hasCode(to)) {
      throw refused(
          "%s is a contract, which may have no way to give coins back; --to-contract sends all the same"
              .formatted(to));
    }
  }

  /** Refuses an amount of nothing. */
  static void check(Amount amount) {
    if (amount.isZero()) {
      throw refused("an amount of nothing was asked for");
    }
  }

  private static ZansocException refused(String why) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, why + "; nothing was sent");
  }
}
