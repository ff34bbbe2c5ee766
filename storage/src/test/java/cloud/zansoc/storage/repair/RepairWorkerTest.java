package cloud.zansoc.storage.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.ReedSolomon;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepairWorkerTest {
  private static final int K = 3;
  private static final int N = 7;
  private static final ShardId SHARD = new ShardId(5, 6);
  private static final PeerId HUB = new PeerId(new Digest(1, 1, 1, 1));

  /** Two full stripes and a tail whose blocks are smaller. */
  private static final int LENGTH = 2 * K * 262_144 + 1000;

  private final FakeBlockHosts hosts = new FakeBlockHosts();
  private final RepairWorker worker = new RepairWorker(hosts);
  private SegmentIndex index = new SegmentIndex(1, 1, 1, new byte[32]);
  private final List<byte[]> stripes = new ArrayList<>();

  /** Encodes a segment; position p lies on host p. */
  @BeforeEach
  void encode() {
    Random random = new Random(3);
    ReedSolomon code = new ReedSolomon(K, N);
    List<byte[]> digests = new ArrayList<>();
    for (int at = 0; at < LENGTH; at += K * 262_144) {
      int length = Math.min(K * 262_144, LENGTH - at);
      int blockBytes = (length + K - 1) / K;
      byte[] stripe = new byte[N * blockBytes];
      byte[] content = new byte[length];
      random.nextBytes(content);
      System.arraycopy(content, 0, stripe, 0, length);
      code.encode(stripe, blockBytes);
      for (int position = 0; position < N; position++) {
        ByteBuffer block = ByteBuffer.wrap(stripe, position * blockBytes, blockBytes);
        digests.add(Digest.sha256(block).toBytes());
        hosts.store(
            host(position),
            Digest.sha256(block),
            Arrays.copyOfRange(stripe, position * blockBytes, (position + 1) * blockBytes));
      }
      stripes.add(stripe);
    }
    byte[] joined = new byte[digests.size() * Digest.BYTES];
    for (int i = 0; i < digests.size(); i++) {
      System.arraycopy(digests.get(i), 0, joined, i * Digest.BYTES, Digest.BYTES);
    }
    index = new SegmentIndex(K, N, LENGTH, joined);
  }

  private static PeerId host(int number) {
    return new PeerId(new Digest(0, 0, 0, number));
  }

  private static RepairOrder.Place place(int position, PeerId host, Permit.Action action) {
    Permit permit =
        new Permit(HUB, host, HUB, SHARD, action, 1 << 30, Instant.EPOCH, Instant.EPOCH, position);
    return new RepairOrder.Place(
        position, host, Optional.empty(), new Permit.Signed(permit, new byte[64]));
  }

  private RepairOrder order(List<Integer> sources, int... missing) {
    return new RepairOrder(
        SHARD,
        index,
        new BlockDialer.Relay(HUB, new HostAddress("127.0.0.1", 1)),
        sources.stream().map(p -> place(p, host(p), Permit.Action.GET)).toList(),
        IntStream.of(missing).mapToObj(p -> place(p, host(100 + p), Permit.Action.PUT)).toList());
  }

  private void assertRestored(int position) {
    for (int stripe = 0; stripe < index.stripes(); stripe++) {
      int size = index.blockBytes(stripe);
      assertThat(hosts.block(host(100 + position), index.digest(stripe, position)))
          .isEqualTo(
              Arrays.copyOfRange(stripes.get(stripe), position * size, (position + 1) * size));
    }
  }

  @Test
  void repair_dataAndParity_areRestoredFromAnyK() {
    RepairResult result = worker.repair(order(List.of(1, 4, 6, 3), 0, 2, 5));
    assertThat(result.failures()).isEmpty();
    assertThat(result.receipts()).hasSize(3);
    for (int position : new int[] {0, 2, 5}) {
      assertRestored(position);
    }
  }

  @Test
  void repair_badSources_areReplacedByOthers() {
    hosts.fault(host(1), FakeBlockHosts.Fault.UNREACHABLE);
    hosts.fault(host(2), FakeBlockHosts.Fault.OTHER_BYTES);
    hosts.fault(host(3), FakeBlockHosts.Fault.STALLS);
    RepairResult result = worker.repair(order(List.of(1, 2, 3, 4, 5, 6), 0));
    assertThat(result.failures()).isEmpty();
    assertRestored(0);
  }

  @Test
  void repair_fewerThanK_isUnavailable() {
    hosts.fault(host(1), FakeBlockHosts.Fault.OTHER_BYTES);
    assertThatThrownBy(() -> worker.repair(order(List.of(1, 2, 3), 0)))
        .isInstanceOfSatisfying(
            ZansocException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_UNAVAILABLE));
    assertThat(hosts.block(host(100), index.digest(0, 0))).isEmpty();
  }

  @Test
  void repair_targetThatFails_doesNotStopTheOthers() {
    hosts.fault(host(100), FakeBlockHosts.Fault.NO_SPACE);
    RepairResult result = worker.repair(order(List.of(1, 2, 3), 0, 5));
    assertThat(result.receipts()).hasSize(1);
    assertThat(result.failures())
        .singleElement()
        .satisfies(failure -> {
          assertThat(failure.position()).isZero();
          assertThat(failure.code()).isEqualTo(ErrorCode.NO_SPACE);
        });
    assertRestored(5);
  }

  @Test
  void repair_repeated_sendsNothingTwice() {
    worker.repair(order(List.of(1, 2, 3), 0));
    int puts = hosts.puts();
    RepairResult again = worker.repair(order(List.of(1, 2, 3), 0));
    assertThat(again.receipts()).hasSize(1);
    assertThat(hosts.puts()).isEqualTo(puts);
  }

  @Test
  void repair_oneDamagedBlock_isAllThatIsRewritten() {
    worker.repair(order(List.of(1, 2, 3), 0));
    int puts = hosts.puts();
    hosts.drop(host(100), index.digest(1, 0));
    worker.repair(order(List.of(1, 2, 3), 0));
    assertThat(hosts.puts()).isEqualTo(puts + 1);
    assertRestored(0);
  }

  @Test
  void repair_whileAnotherRuns_isRefused() throws Exception {
    for (int source = 1; source <= 6; source++) {
      hosts.fault(host(source), FakeBlockHosts.Fault.STALLS);
    }
    Thread running =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(() -> worker.repair(order(List.of(1, 2, 3), 0)))
                    .isInstanceOf(ZansocException.class));
    hosts.awaitStall();
    assertThatThrownBy(() -> worker.repair(order(List.of(4, 5, 6), 0)))
        .isInstanceOfSatisfying(
            ZansocException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.RATE_LIMITED));
    running.interrupt();
    running.join();
  }

  @Test
  void handle_encodedOrder_answersAnEncodedResult() {
    byte[] answer = worker.handle(order(List.of(1, 2, 3), 0).encode());
    assertThat(RepairResult.decode(answer).receipts()).hasSize(1);
  }
}
