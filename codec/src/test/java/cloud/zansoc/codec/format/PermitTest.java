package cloud.zansoc.codec.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class PermitTest {
  private static final PublicKey HUB = Ed25519.publicKey(Samples.HUB_PUBLIC);
  private static final Permit.Signed PERMIT = Samples.PERMIT.sign(Samples.HUB_KEY);
  private static final Instant BEGINS = Samples.PERMIT.notBefore();
  private static final Instant ENDS = Samples.PERMIT.expires();
  private static final PeerId OTHER = new PeerId(Samples.digest(0x77));

  @Test
  void check_withinItsTimeAndTheSkew_givesThePermit() {
    assertThat(check(BEGINS.minus(Limits.CLOCK_SKEW))).isEqualTo(Samples.PERMIT);
    assertThat(check(BEGINS)).isEqualTo(Samples.PERMIT);
    assertThat(check(ENDS)).isEqualTo(Samples.PERMIT);
    assertThat(check(ENDS.plus(Limits.CLOCK_SKEW))).isEqualTo(Samples.PERMIT);
  }

  @Test
  void check_tooLate_isExpiredAndSaysWhatToDo() {
    Instant late = ENDS.plus(Limits.CLOCK_SKEW).plusMillis(1);
    refused(ErrorCode.PERMIT_EXPIRED, "ask the hub for a new one", () -> check(late));
  }

  @Test
  void check_tooEarly_isClockSkewAndSaysWhatToDo() {
    Instant early = BEGINS.minus(Limits.CLOCK_SKEW).minusMillis(1);
    refused(ErrorCode.CLOCK_SKEW, "set the clocks by NTP", () -> check(early));
  }

  @Test
  void check_forAnotherClientOrHost_isInvalid() {
    refused(
        ErrorCode.PERMIT_INVALID,
        "it is for client",
        () -> PERMIT.check(HUB, Samples.HOST, OTHER, BEGINS));
    refused(
        ErrorCode.PERMIT_INVALID,
        "it is for host",
        () -> PERMIT.check(HUB, OTHER, Samples.CLIENT, BEGINS));
  }

  @Test
  void check_ofForgedPermit_isInvalid() {
    Permit.Signed byHost = Samples.PERMIT.sign(Samples.HOST_KEY);
    refused(
        ErrorCode.PERMIT_INVALID,
        "not the hub's",
        () -> byHost.check(HUB, Samples.HOST, Samples.CLIENT, BEGINS));
    byte[] encoded = PERMIT.encode();
    for (int at = 5; at < encoded.length; at++) {
      byte[] forged = encoded.clone();
      forged[at] ^= 1;
      refused(
          ErrorCode.PERMIT_INVALID,
          "not the hub's",
          () -> Permit.Signed.decode(forged).check(HUB, Samples.HOST, Samples.CLIENT, BEGINS));
    }
  }

  @Test
  void decode_ofOtherBytes_isInvalid() {
    byte[] encoded = PERMIT.encode();
    byte[] otherMagic = encoded.clone();
    otherMagic[3]++;
    refused(ErrorCode.PERMIT_INVALID, "version", () -> Permit.Signed.decode(otherMagic));
    byte[] otherAction = encoded.clone();
    otherAction[4] = 2;
    refused(ErrorCode.PERMIT_INVALID, "action is 2", () -> Permit.Signed.decode(otherAction));
    byte[] negative = encoded.clone();
    negative[117] = (byte) 0x80;
    refused(ErrorCode.PERMIT_INVALID, "less than no", () -> Permit.Signed.decode(negative));
    refused(ErrorCode.PERMIT_INVALID, "0 bytes", () -> Permit.Signed.decode(new byte[0]));
  }

  @Test
  void receipt_changedInAnyByte_isNotSigned() {
    PublicKey host = Ed25519.publicKey(Samples.HOST_PUBLIC);
    byte[] encoded = Samples.RECEIPT.sign(Samples.HOST_KEY).encode();
    assertThat(Receipt.Signed.decode(encoded).isSignedBy(host)).isTrue();
    assertThat(Receipt.Signed.decode(encoded).isSignedBy(HUB)).isFalse();
    for (int at = 5; at < encoded.length; at++) {
      byte[] forged = encoded.clone();
      forged[at] ^= 1;
      assertThat(Receipt.Signed.decode(forged).isSignedBy(host)).as("byte %d", at).isFalse();
    }
    byte[] negative = encoded.clone();
    negative[125] = (byte) 0x80;
    refused(ErrorCode.INVALID_ARGUMENT, "less than no", () -> Receipt.Signed.decode(negative));
    encoded[4] = 9;
    refused(ErrorCode.INVALID_ARGUMENT, "action 9", () -> Receipt.Signed.decode(encoded));
  }

  @Test
  void receiptDigest_ofBlocksInAnyOrderOrTwice_isTheSame() {
    Digest a = Samples.digest(1);
    Digest b = Samples.digest(0xf0);
    assertThat(Receipt.digestOf(List.of(a, b))).isEqualTo(Receipt.digestOf(List.of(b, a)));
    assertThat(Receipt.digestOf(List.of(a, b, a))).isEqualTo(Receipt.digestOf(List.of(a, b)));
    assertThat(Receipt.digestOf(List.of(a, b))).isNotEqualTo(Receipt.digestOf(List.of(a)));
    assertThat(Receipt.digestOf(List.of())).isEqualTo(Digest.sha256(new byte[0]));
  }

  private static Permit check(Instant now) {
    return PERMIT.check(HUB, Samples.HOST, Samples.CLIENT, now);
  }

  private static void refused(ErrorCode code, String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(reason);
  }
}
