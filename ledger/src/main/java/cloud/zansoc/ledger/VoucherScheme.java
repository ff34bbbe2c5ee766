package cloud.zansoc.ledger;

import java.util.Optional;

/** How the vouchers of one ledger are signed. Pure and safe to share between threads. */
public interface VoucherScheme {
  /** The ledger that these vouchers are for. */
  LedgerId ledger();

  /** Whose signature it is, read as one for this ledger; empty where it is nobody's. */
  Optional<AccountId> signer(Voucher voucher, Signature signature);
}
