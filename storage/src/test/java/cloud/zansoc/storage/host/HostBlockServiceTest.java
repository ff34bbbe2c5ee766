package cloud.zansoc.storage.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a permit lets its client do, and what receipts say afterwards. */
final class HostBlockServiceTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final ShardId SHARD = StoreModel.shard(1);
  private static final byte[] BLOCK = new byte[1000];
  private static final Digest DIGEST = Digest.sha256(BLOCK);

  private final KeyPair hub = newKeys();
  private final KeyPair host = newKeys();
  private final PeerId hostId = idOf(host);
  private final PeerId client = idOf(newKeys());
  private final SimulatedDisk receiptDisk = new SimulatedDisk();
  private Instant now = START;
  private BlockStore store;
  private HostBlockService service;

  @BeforeEach
  void openService() throws IOException {
    store = BlockStore.open(new SimulatedDisk(), StoreModel.SETTINGS, new RecordingListener());
    service = newService(receiptDisk);
  }

  @AfterEach
  void closeService() {
    service.close();
    store.close();
  }

  private HostBlockService newService(Disk disk) throws IOException {
    return new HostBlockService(
        disk,
        new HostBlockService.Identity(hostId, host.getPrivate(), hub.getPublic()),
        store,
        () -> now);
  }

  private static KeyPair newKeys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PeerId idOf(KeyPair keys) {
    return PeerId.ofPublicKey(Ed25519.rawPublicKey(keys.getPublic()));
  }

  private Permit permit(Permit.Action action, long maxBytes, long serial) {
    return new Permit(
        idOf(hub),
        hostId,
        client,
        SHARD,
        action,
        maxBytes,
        START,
        START.plus(Duration.ofHours(1)),
        serial);
  }

  private BlockAccess open(Permit permit) {
    return service.open(client, permit.sign(hub.getPrivate()));
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private void putBlock(BlockAccess access) {
    access.put(DIGEST, ByteBuffer.wrap(BLOCK));
  }

  @Test
  void put_permitted_storesAndReceiptNamesTheBlocks() {
    BlockAccess access = open(permit(Permit.Action.PUT, 5000, 1));
    putBlock(access);
    assertThat(access.has(List.of(DIGEST, Digest.sha256(new byte[1])))).hasToString("{0}");
    Receipt.Signed receipt = access.receipt();
    assertThat(receipt.isSignedBy(host.getPublic())).isTrue();
    assertThat(receipt.receipt().bytes()).isEqualTo(1000);
    assertThat(receipt.receipt().blocks()).isEqualTo(1);
    assertThat(receipt.receipt().blocksDigest()).isEqualTo(Receipt.digestOf(List.of(DIGEST)));
    assertThat(service.bytesIn()).isEqualTo(1000);
  }

  @Test
  void open_wrongPermits_areRefused() {
    Permit good = permit(Permit.Action.PUT, 5000, 1);
    Permit.Signed forged = good.sign(newKeys().getPrivate());
    assertCode(ErrorCode.PERMIT_INVALID, () -> service.open(client, forged));
    Permit.Signed signed = good.sign(hub.getPrivate());
    assertCode(ErrorCode.PERMIT_INVALID, () -> service.open(hostId, signed));
    now = START.minus(Duration.ofMinutes(6));
    assertCode(ErrorCode.CLOCK_SKEW, () -> service.open(client, signed));
    now = START.plus(Duration.ofMinutes(66));
    assertCode(ErrorCode.PERMIT_EXPIRED, () -> service.open(client, signed));
  }

  @Test
  void access_otherActionOrShardOrTime_isRefused() {
    putBlock(open(permit(Permit.Action.PUT, 5000, 1)));
    BlockAccess get = open(permit(Permit.Action.GET, 5000, 2));
    assertCode(ErrorCode.PERMIT_INVALID, () -> putBlock(get));
    BlockAccess put = open(permit(Permit.Action.PUT, 5000, 3));
    assertCode(ErrorCode.PERMIT_INVALID, () -> put.get(DIGEST, ByteBuffer.allocate(1000)));
    store.put(StoreModel.shard(2), Digest.sha256(new byte[7]), ByteBuffer.wrap(new byte[7]));
    assertCode(
        ErrorCode.NOT_FOUND, () -> get.get(Digest.sha256(new byte[7]), ByteBuffer.allocate(1000)));
    now = START.plus(Duration.ofHours(2));
    assertCode(ErrorCode.PERMIT_EXPIRED, () -> get.get(DIGEST, ByteBuffer.allocate(1000)));
  }

  @Test
  void get_beyondMaxBytes_isRefusedOverReconnectsAndRestarts() throws IOException {
    putBlock(open(permit(Permit.Action.PUT, 5000, 1)));
    Permit permit = permit(Permit.Action.GET, 2500, 2);
    ByteBuffer into = ByteBuffer.allocate(5000);
    assertThat(open(permit).get(DIGEST, into)).isEqualTo(1000);
    assertThat(open(permit).get(DIGEST, into)).isEqualTo(1000);
    assertCode(ErrorCode.PERMIT_EXHAUSTED, () -> open(permit).get(DIGEST, into));
    assertThat(into.position()).isEqualTo(2000);
    assertThat(service.bytesOut()).isEqualTo(2000);
    service.close();
    service = newService(receiptDisk);
    assertCode(ErrorCode.PERMIT_EXHAUSTED, () -> open(permit).get(DIGEST, into));
  }

  @Test
  void put_failed_isNotCharged() {
    BlockAccess access = open(permit(Permit.Action.PUT, 1000, 1));
    assertCode(
        ErrorCode.INVALID_ARGUMENT, () -> access.put(DIGEST, ByteBuffer.wrap(new byte[999])));
    putBlock(access);
    assertCode(ErrorCode.PERMIT_EXHAUSTED, () -> putBlock(access));
  }

  @Test
  void refuse_whilePaused_stopsPutsOnly() {
    BlockAccess put = open(permit(Permit.Action.PUT, 5000, 1));
    putBlock(put);
    service.refuse("its owner paused it");
    assertCode(ErrorCode.HOST_PAUSED, () -> putBlock(put));
    assertCode(ErrorCode.HOST_PAUSED, () -> open(permit(Permit.Action.PUT, 5000, 3)));
    assertThat(open(permit(Permit.Action.GET, 5000, 2)).get(DIGEST, ByteBuffer.allocate(1000)))
        .isEqualTo(1000);
    service.accept();
    putBlock(put);
  }

  @Test
  void receiptsAfter_usesThatEndedOrRested_areGivenOnceAndSurviveARestart() throws IOException {
    BlockAccess put = open(permit(Permit.Action.PUT, 5000, 1));
    putBlock(put);
    BlockAccess get = open(permit(Permit.Action.GET, 5000, 2));
    get.get(DIGEST, ByteBuffer.allocate(1000));
    assertThat(decode(service.receiptsAfter(0))).isEmpty(); // both may be going on
    var _ = put.receipt();
    List<Receipt.Signed> first = decode(service.receiptsAfter(0));
    assertThat(first).hasSize(2);
    assertThat(first).allMatch(receipt -> receipt.isSignedBy(host.getPublic()));
    assertThat(first.stream().mapToLong(receipt -> receipt.receipt().bytes()))
        .containsExactly(1000L, 1000L);
    assertThat(service.receiptsAfter(2)).isEmpty();
    get.get(DIGEST, ByteBuffer.allocate(1000));
    var _ = get.receipt();
    service.close();
    service = newService(receiptDisk);
    assertThat(decode(service.receiptsAfter(2)))
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.receipt().bytes()).isEqualTo(2000));
    assertThat(decode(service.receiptsAfter(0))).hasSize(3).startsWith(first.get(0), first.get(1));
  }

  @Test
  void receipts_tornEnd_isCutAndNumberingGoesOn() throws IOException {
    var _ = open(permit(Permit.Action.PUT, 5000, 1));
    for (int serial = 2; serial < 5; serial++) {
      BlockAccess access = open(permit(Permit.Action.PUT, 5000, serial));
      putBlock(access);
      var _ = access.receipt();
      assertThat(decode(service.receiptsAfter(0))).hasSize(serial - 1);
    }
    byte[] log = receiptDisk.bytes("receipts");
    SimulatedDisk torn = new SimulatedDisk();
    torn.put("receipts", Arrays.copyOf(log, log.length - 5));
    try (ReceiptLog receipts = new ReceiptLog(torn)) {
      assertThat(receipts.count()).isEqualTo(2);
      assertThat(receipts.after(0, 10))
          .isEqualTo(Arrays.copyOf(service.receiptsAfter(0), 2 * ReceiptLog.RECEIPT_BYTES));
    }
  }

  private static List<Receipt.Signed> decode(byte[] receipts) {
    List<Receipt.Signed> decoded = new ArrayList<>();
    for (int at = 0; at < receipts.length; at += ReceiptLog.RECEIPT_BYTES) {
      decoded.add(
          Receipt.Signed.decode(Arrays.copyOfRange(receipts, at, at + ReceiptLog.RECEIPT_BYTES)));
    }
    return decoded;
  }
}
