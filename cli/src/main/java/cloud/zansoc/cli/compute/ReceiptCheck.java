package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentBill;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the receipts of a bill are signed by whom they must be, and fit it. Pure. */
final class ReceiptCheck {
  private ReceiptCheck() {}

  /**
   * The newest receipt of each stay, once all are verified.
   *
   * @param hub who must have signed them
   * @throws ZansocException WRONG_KEY that names the first which is not right
   */
  static List<UsageReceipt> verify(DeploymentBill bill, PeerId hub) {
    if (!PeerId.ofPublicKey(bill.hubKey()).equals(hub)) {
      throw new ZansocException(
          ErrorCode.WRONG_KEY,
          "the bill names a key that is not of the hub you are logged in to (%s)".formatted(hub));
    }
    PublicKey hubKey = Ed25519.publicKey(bill.hubKey());
    Map<String, UsageReceipt> newest = new HashMap<>();
    List<String> stays = new ArrayList<>();
    for (byte[] encoded : bill.receipts()) {
      UsageReceipt.Signed signed = UsageReceipt.Signed.decode(encoded);
      UsageReceipt receipt = signed.receipt();
      if (!receipt.hub().equals(hub) || !signed.isSignedBy(hubKey)) {
        throw wrong(receipt, "is not signed by the hub");
      }
      if (hostKey(bill, receipt.host()).filter(signed.half()::isSignedBy).isEmpty()) {
        throw wrong(receipt, "is not signed by its host " + receipt.host().shortText());
      }
      if (bill.leases().stream().noneMatch(lease -> isOf(receipt, lease))) {
        throw wrong(receipt, "is of a lease that is not in the bill");
      }
      String stay = receipt.stay().instance() + " " + receipt.stay().generation();
      if (newest.put(stay, receipt) == null) {
        stays.add(stay);
      }
    }
    return stays.stream().flatMap(stay -> Optional.ofNullable(newest.get(stay)).stream()).toList();
  }

  private static boolean isOf(UsageReceipt receipt, DeploymentBill.Item lease) {
    return lease.instance().equals(receipt.stay().instance())
        && lease.lease() == receipt.stay().lease()
        && lease.host().equals(receipt.host())
        && lease.onChain().equals(receipt.stay().onChain());
  }

  private static Optional<PublicKey> hostKey(DeploymentBill bill, PeerId host) {
    return bill.hosts().stream()
        .map(DeploymentBill.Host::publicKey)
        .filter(key -> PeerId.ofPublicKey(key).equals(host))
        .findFirst()
        .map(Ed25519::publicKey);
  }

  private static ZansocException wrong(UsageReceipt receipt, String what) {
    return new ZansocException(
        ErrorCode.WRONG_KEY,
        "receipt %d of instance %s %s: do not trust this bill"
            .formatted(receipt.period().number(), receipt.stay().instance(), what));
  }
}
