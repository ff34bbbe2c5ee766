package cloud.zansoc.net.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.block.Await;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.Cast;
import cloud.zansoc.net.block.MemoryBlockService;
import cloud.zansoc.net.block.PeerTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams between a hub and a host over the loopback, to their ends and to their breaks. */
final class StreamTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final int MANY_BYTES = 100 << 20;
  private static final int PIECE_BYTES = 100_000;

  private final Cast cast = new Cast();
  private final PeerTransport hubTransport = new PeerTransport(cast.hub);
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final HubListener listener = new HubListener();
  private final ControlServer hub = new ControlServer(hubTransport, listener);
  private final BlockServer blocks =
      new BlockServer(
          hostTransport,
          new MemoryBlockService(cast.host, cast.hub.publicKey()),
          BandwidthLimit.none());
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger serving = new AtomicInteger();
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private ControlAgent agent;
  private HostLink link;

  @BeforeEach
  void connect() {
    Relay address = new Relay(cast.hub.id(), Cast.address(hub.listen(Cast.anyPort())));
    HostServices services = new HostServices((name, body) -> body, this::serve, blocks);
    agent = new ControlAgent(hostTransport, address, services);
    agent.start();
    Await.until("the host is connected", () -> hub.link(cast.host.id()).isPresent());
    link = hub.link(cast.host.id()).orElseThrow();
  }

  @AfterEach
  void stop() {
    released.countDown();
    agent.close();
    hub.close();
    blocks.close();
    hostTransport.close();
    hubTransport.close();
  }

  @Test
  void open_requestsOfEverySize_reachTheHost() throws IOException {
    for (int size : new int[] {0, 1, 70, StreamHandler.MAX_REQUEST_BYTES}) {
      byte[] request = new byte[size];
      new Random(size).nextBytes(request);
      try (ControlStream stream = link.open("request", request, PLENTY)) {
        assertThat(stream.input().readAllBytes()).isEqualTo(request);
      }
    }
    refuses(
        ErrorCode.TOO_LARGE,
        () -> link.open("request", new byte[StreamHandler.MAX_REQUEST_BYTES + 1], PLENTY));
  }

  @Test
  void open_refused_comesWithCodeAndMessage() {
    refuses(ErrorCode.NOT_FOUND, () -> link.open("refuse", new byte[0], PLENTY));
    assertThatThrownBy(() -> link.open("refuse", new byte[0], PLENTY))
        .hasMessageContaining("stream refuse to host " + cast.host.id().shortText())
        .hasMessageContaining("no such instance \u2014 web-9");
    refuses(ErrorCode.INTERNAL, () -> link.open("break", new byte[0], PLENTY));
  }

  @Test
  void open_neverServed_timesOutAndTheHostLearnsOfIt() throws Exception {
    refuses(ErrorCode.TIMED_OUT, () -> link.open("hang", new byte[0], Duration.ofMillis(100)));
    assertThat(ends.take()).isEqualTo("interrupted");
  }

  @Test
  void bytes_100MegabytesBothWaysAtOnce_arriveWhole() throws Exception {
    try (ControlStream stream = link.open("echo", new byte[0], PLENTY)) {
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Long> sent = executor.submit(() -> send(stream.output()));
        Future<Long> received = executor.submit(() -> checksum(stream.input(), MANY_BYTES));
        assertThat(received.get()).isEqualTo(sent.get());
      }
      stream.output().close();
      assertThat(stream.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void output_endedByTheHub_leavesTheOtherWayOpen() throws IOException {
    try (ControlStream stream = link.open("count", new byte[0], PLENTY)) {
      stream.output().write(new byte[123_456]);
      stream.output().close();
      assertThat(text(stream)).isEqualTo("123456");
      assertThatThrownBy(() -> stream.output().write(1)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void output_endedByTheHost_leavesTheOtherWayOpen() throws Exception {
    try (ControlStream stream = link.open("first", new byte[0], PLENTY)) {
      assertThat(text(stream)).isEqualTo("now you");
      stream.output().write("and I\n".getBytes(StandardCharsets.UTF_8));
      stream.output().close();
      assertThat(ends.take()).isEqualTo("and I\n");
    }
  }

  @Test
  void handler_returnsWhileTheHubStillSends_allItWroteArrivesAndTheSenderIsTold()
      throws IOException {
    try (ControlStream stream = link.open("deaf", new byte[0], PLENTY)) {
      byte[] piece = new byte[PIECE_BYTES];
      assertThatThrownBy(
              () -> {
                while (true) {
                  stream.output().write(piece);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(stream.input().readAllBytes()).hasSize(300_000);
    }
  }

  @Test
  void handler_failsHalfway_theReaderIsToldSo() throws IOException {
    try (ControlStream stream = link.open("fail", new byte[0], PLENTY)) {
      assertThat(stream.input().readNBytes(4)).hasSize(4);
      assertThatThrownBy(() -> stream.input().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void reader_thatDoesNotRead_holdsUpNobodyElse() throws Exception {
    List<ControlStream> lazy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lazy.add(link.open("flood", new byte[0], PLENTY));
    }
    try (ControlStream fast = link.open("echo", new byte[0], PLENTY);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> sent = executor.submit(() -> send(fast.output()));
      assertThat(checksum(fast.input(), MANY_BYTES)).isEqualTo(sent.get());
    }
    assertThat(link.order("echo", new byte[5], PLENTY)).hasSize(5);
    for (ControlStream one : lazy) {
      assertThat(one.input().readNBytes(PIECE_BYTES)).hasSize(PIECE_BYTES);
      one.close();
    }
    Await.until("no flood goes on", () -> serving.get() == 0);
  }

  @Test
  void close_byTheHub_interruptsTheHandler() throws Exception {
    ControlStream stream = link.open("quiet", new byte[0], PLENTY);
    stream.close();
    assertThat(ends.take()).isEqualTo("interrupted");
    assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> stream.output().write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void streams_asManyAsAHostMayHave_workAndOneMoreIsRefused() throws IOException {
    List<ControlStream> streams = new ArrayList<>();
    for (int i = 0; i < ControlHttp.MAX_STREAMS_OF_HOST; i++) {
      streams.add(link.open("echo", new byte[0], PLENTY));
    }
    refuses(ErrorCode.RATE_LIMITED, () -> link.open("echo", new byte[0], PLENTY));
    assertThat(link.order("echo", new byte[5], PLENTY)).hasSize(5);
    for (ControlStream stream : streams) {
      stream.output().write(streams.indexOf(stream));
    }
    for (ControlStream stream : streams) {
      assertThat(stream.input().read()).isEqualTo(streams.indexOf(stream));
      stream.close();
    }
    Await.until("their places are free", this::opens);
  }

  @Test
  void host_gone_allStreamsEnd() throws Exception {
    List<ControlStream> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      streams.add(link.open(i % 2 == 0 ? "echo" : "quiet", new byte[0], PLENTY));
    }
    agent.close();
    for (ControlStream stream : streams) {
      assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class);
    }
    Await.until("every handler has ended", () -> serving.get() == 0);
    refuses(ErrorCode.UNREACHABLE, () -> link.open("echo", new byte[0], PLENTY));
  }

  @Test
  void hub_gone_everyHandlerEnds() throws Exception {
    for (int i = 0; i < 10; i++) {
      link.open(i % 2 == 0 ? "echo" : "quiet", new byte[0], PLENTY);
    }
    Await.until("all are served", () -> serving.get() == 10);
    hub.close();
    Await.until("every handler has ended", () -> serving.get() == 0);
  }

  private boolean opens() {
    try {
      link.open("echo", new byte[0], PLENTY).close();
      return true;
    } catch (ZansocException e) {
      return false;
    }
  }

  private void serve(String name, byte[] request, ControlStream stream) {
    serving.incrementAndGet();
    try {
      serveOne(name, request, stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      serving.decrementAndGet();
    }
  }

  private void serveOne(String name, byte[] request, ControlStream stream) throws IOException {
    switch (name) {
      case "request" -> stream.output().write(request);
      case "echo" -> stream.input().transferTo(stream.output());
      case "count" -> {
        int count = stream.input().readAllBytes().length;
        stream.output().write(Integer.toString(count).getBytes(StandardCharsets.UTF_8));
      }
      case "first" -> {
        stream.output().write("now you".getBytes(StandardCharsets.UTF_8));
        stream.output().close();
        ends.add(new String(stream.input().readAllBytes(), StandardCharsets.UTF_8));
      }
      case "deaf" -> stream.output().write(new byte[300_000]);
      case "fail" -> {
        stream.output().write(new byte[4]);
        throw new ZansocException(ErrorCode.DAMAGED, "half-way");
      }
      case "flood" -> flood(stream);
      case "quiet" -> {
        assertThat(stream.output()).isNotNull();
        awaitRelease();
      }
      case "hang" -> awaitRelease();
      case "refuse" ->
          throw new ZansocException(ErrorCode.NOT_FOUND, "no such instance \u2014 web-9");
      default -> throw new IllegalStateException("not for the hub to know: " + name);
    }
  }

  private static void flood(ControlStream stream) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    while (true) {
      stream.output().write(piece);
    }
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      ends.add("interrupted");
    }
  }

  private static long send(OutputStream out) throws IOException {
    Random random = new Random(5);
    CRC32 sum = new CRC32();
    byte[] piece = new byte[PIECE_BYTES];
    for (int left = MANY_BYTES; left > 0; left -= piece.length) {
      random.nextBytes(piece);
      int count = Math.min(left, piece.length);
      sum.update(piece, 0, count);
      out.write(piece, 0, count);
    }
    return sum.getValue();
  }

  private static long checksum(InputStream in, int length) throws IOException {
    CRC32 sum = new CRC32();
    byte[] piece = new byte[PIECE_BYTES];
    int left = length;
    while (left > 0) {
      int count = in.read(piece, 0, Math.min(left, piece.length));
      assertThat(count).isPositive();
      sum.update(piece, 0, count);
      left -= count;
    }
    return sum.getValue();
  }

  private static String text(ControlStream stream) throws IOException {
    return new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void refuses(ErrorCode code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
