package cloud.zansoc.ledger;

/**
 * A voucher with its client's signature.
 *
 * @param ledger the ledger that it is for; the signature covers it
 */
public record SignedVoucher(LedgerId ledger, Voucher voucher, Signature signature) {}
