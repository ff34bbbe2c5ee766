package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedVoucher;
import cloud.zansoc.ledger.Voucher;
import cloud.zansoc.ledger.VoucherScheme;
import java.util.Optional;

/** Vouchers as the escrow's domain {@code Zansoc Escrow} signs them. */
public final class EvmVouchers implements VoucherScheme {
  private static final byte[] VOUCHER_TYPE =
      Words.keccak("Voucher(address host,bytes32 ref,uint256 total)");

  private final LedgerId ledger;
  private final TypedData domain;

  public EvmVouchers(LedgerId ledger) {
    this.ledger = ledger;
    this.domain = new TypedData("Zansoc Escrow", ledger.chain(), ledger.escrow());
  }

  /** Signs a voucher with its client's key. */
  public SignedVoucher sign(EvmKey client, Voucher voucher) {
    return new SignedVoucher(ledger, voucher, client.sign(digest(voucher)));
  }

  @Override
  public LedgerId ledger() {
    return ledger;
  }

  @Override
  public Optional<AccountId> signer(Voucher voucher, Signature signature) {
    return EvmKey.signer(digest(voucher), signature);
  }

  private byte[] digest(Voucher voucher) {
    return domain.digest(
        VOUCHER_TYPE, voucher.host(), voucher.reference().toBytes(), voucher.total().units());
  }
}
