package cloud.zansoc.cli.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.Bill;
import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.net.identity.Identity;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReceiptCheckTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final InstanceId INSTANCE = new InstanceId(1, 2);
  private static final Digest LEASE = new Digest(3, 3, 3, 3);

  private final Identity hub = Identity.create(new SecureRandom());
  private final Identity host = Identity.create(new SecureRandom());
  private final Identity stranger = Identity.create(new SecureRandom());

  private UsageReceipt receipt(long number, long seconds) {
    return new UsageReceipt(
        host.id(),
        hub.id(),
        new UsageReceipt.Stay(INSTANCE, 1, 1, Optional.of(LEASE)),
        new UsageReceipt.Period(number, NOW, NOW.plusSeconds(seconds)),
        new UsageReceipt.Used(seconds, seconds, 0, 0, 0, 0, 0, 0));
  }

  private byte[] signed(UsageReceipt receipt) {
    return receipt.sign(host.signingKey()).countersign(hub.signingKey()).encode();
  }

  private DeploymentBill bill(byte[]... receipts) {
    DeploymentBill.Item lease =
        new DeploymentBill.Item(
            INSTANCE,
            Optional.of("web-1"),
            1,
            host.id(),
            Optional.of(LEASE),
            NOW,
            Optional.empty(),
            120,
            118,
            0,
            new Money(42),
            "1200",
            Optional.empty());
    return new DeploymentBill(
        "shop",
        new Bill(120, 118, 0, new Money(42), "1200"),
        "0",
        List.of(lease),
        List.of(receipts),
        hub.publicKey(),
        List.of(
            new DeploymentBill.Host(host.id(), "host", host.publicKey()),
            new DeploymentBill.Host(stranger.id(), "other", stranger.publicKey())));
  }

  @Test
  void verify_signedByBoth_givesTheNewestOfEachStay() {
    DeploymentBill bill = bill(signed(receipt(1, 60)), signed(receipt(2, 118)));

    assertThat(ReceiptCheck.verify(bill, hub.id())).containsExactly(receipt(2, 118));
    assertThat(BillTexts.sums(bill, ReceiptCheck.verify(bill, hub.id())))
        .last()
        .asString()
        .startsWith("receipts    2, each signed by its host and the hub");
  }

  @Test
  void verify_anyByteChanged_isRefused() {
    byte[] right = signed(receipt(1, 60));
    for (int at = 0; at < right.length; at += 5) {
      byte[] changed = right.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> ReceiptCheck.verify(bill(changed), hub.id()))
          .as("byte " + at)
          .isInstanceOf(ZansocException.class);
    }
  }

  @Test
  void verify_signedByOthers_isRefused() {
    UsageReceipt receipt = receipt(1, 60);
    byte[] noHost = receipt.sign(stranger.signingKey()).countersign(hub.signingKey()).encode();
    byte[] noHub = receipt.sign(host.signingKey()).countersign(stranger.signingKey()).encode();

    assertThatThrownBy(() -> ReceiptCheck.verify(bill(noHost), hub.id()))
        .hasMessageContaining("not signed by its host");
    assertThatThrownBy(() -> ReceiptCheck.verify(bill(noHub), hub.id()))
        .hasMessageContaining("not signed by the hub");
  }

  @Test
  void verify_ofAnotherHubOrLease_isRefused() {
    PeerId other = stranger.id();
    UsageReceipt elsewhere =
        new UsageReceipt(
            host.id(),
            hub.id(),
            new UsageReceipt.Stay(INSTANCE, 1, 2, Optional.of(LEASE)),
            new UsageReceipt.Period(1, NOW, NOW),
            UsageReceipt.Used.NOTHING);

    assertThatThrownBy(() -> ReceiptCheck.verify(bill(), other))
        .hasMessageContaining("not of the hub you are logged in to");
    assertThatThrownBy(() -> ReceiptCheck.verify(bill(signed(elsewhere)), hub.id()))
        .hasMessageContaining("not in the bill");
  }
}
