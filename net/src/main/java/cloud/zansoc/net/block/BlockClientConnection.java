package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.block.FrameReader.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one connection. Any thread may ask; the event loop writes the frames, and
 * owns the table of what is pending.
 *
 * <p>A request that was given up keeps its place until its answer has passed by, so that no more
 * than {@value #MAX_REQUESTS} are ever under way.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class BlockClientConnection
    implements BlockConnection, FrameReader.Receiver, ConnectionMeter.Watch {
  /** The most requests under way: as many blocks as the server lets one connection hold. */
  static final int MAX_REQUESTS = BlockServer.CONNECTION_BYTES / Limits.BLOCK_BYTES;

  /** The most permits that are kept presented. */
  static final int MAX_PERMITS = BlockServerConnection.MAX_OPEN_PERMITS;

  private static final int IDLE_SHARE = 2;

  private final Channel channel;
  private final PeerId host;
  private final BlockTimings timings;
  private final FrameReader reader = new FrameReader(this);
  private final Semaphore slots = new Semaphore(MAX_REQUESTS);
  private final ConcurrentHashMap<Permit.Signed, CompletableFuture<RemoteBlockAccess>> opened =
      new ConcurrentHashMap<>();
  private volatile @Nullable ZansocException failure;

  // Of the event loop.
  private final Map<Integer, PendingRequest> pending = new HashMap<>();
  private int lastRequest;

  BlockClientConnection(Channel channel, PeerId host, BlockTimings timings) {
    this.channel = channel;
    this.host = host;
    this.timings = timings;
  }

  /** The handler that goes next to the wire. */
  ConnectionMeter meter(ByteCounter counter) {
    return new ConnectionMeter(counter, BandwidthLimit.none(), new ReadGate(channel), this);
  }

  /** The host has proved who it is; requests may go. On the event loop. */
  void begin() {
    channel.pipeline().addLast(reader);
    channel
        .closeFuture()
        .addListener(ended ->
            fail(new ZansocException(ErrorCode.UNREACHABLE, name() + " ended the connection")));
  }

  @Override
  public PeerId host() {
    return host;
  }

  /** Many requests may begin at once: one presents the permit, the others hear what it heard. */
  @Override
  public BlockAccess open(Permit.Signed permit) {
    long deadline = System.nanoTime() + timings.request().toNanos();
    while (true) {
      CompletableFuture<RemoteBlockAccess> mine = new CompletableFuture<>();
      CompletableFuture<RemoteBlockAccess> known = opened.putIfAbsent(permit, mine);
      if (known == null) {
        return present(permit, mine);
      }
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        return PendingRequest.await(known, Duration.ofNanos(left), name());
      } catch (CancellationException presenterInterrupted) {
        // Then another presents it.
      }
    }
  }

  private RemoteBlockAccess present(
      Permit.Signed permit, CompletableFuture<RemoteBlockAccess> result) {
    try {
      if (opened.size() > MAX_PERMITS) {
        opened.clear(); // The server forgets the oldest too; either side only presents them again.
      }
      RemoteBlockAccess access = new RemoteBlockAccess(this, permit);
      access.present();
      result.complete(access);
      return access;
    } catch (RuntimeException | Error e) {
      opened.remove(permit, result);
      if (Thread.currentThread().isInterrupted()) {
        result.cancel(false);
      } else {
        result.completeExceptionally(e);
      }
      throw e;
    }
  }

  @Override
  public boolean isOpen() {
    return failure == null && channel.isActive();
  }

  @Override
  public void close() {
    fail(new ZansocException(ErrorCode.UNREACHABLE, "the connection to " + name() + " was closed"));
    channel.close();
  }

  /** How errors name the host. */
  String name() {
    return "host " + host.shortText();
  }

  /** Writes the body of a request. */
  interface Body {
    void write(ByteBuf frame);
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param body writes exactly {@code bodyBytes}
   * @param into where a block goes, for GET
   * @throws ZansocException what the host refused it with; UNREACHABLE, TIMED_OUT
   */
  PendingRequest.Answer ask(int type, int bodyBytes, Body body, @Nullable ByteBuffer into) {
    long deadline = System.nanoTime() + timings.request().toNanos();
    takeSlot();
    PendingRequest request = new PendingRequest(type, into);
    ByteBuf frame = channel.alloc().directBuffer(Frames.HEADER_BYTES + bodyBytes);
    Frames.header(frame, bodyBytes, type, 0);
    body.write(frame);
    try {
      channel.eventLoop().execute(() -> send(request, frame));
    } catch (RejectedExecutionException stopped) {
      frame.release();
      slots.release();
      throw new ZansocException(ErrorCode.UNREACHABLE, "the transport was closed", stopped);
    }
    PendingRequest.Answer answer =
        request.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())), name());
    if (answer.type() == Frames.ERROR) {
      throw Frames.readError(answer.body(), name());
    }
    return answer;
  }

  private void takeSlot() {
    try {
      if (!slots.tryAcquire(timings.request().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ZansocException(ErrorCode.TIMED_OUT, name() + " is busy with earlier requests");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "the request to " + name() + " was given up: interrupted", e);
    }
  }

  private void send(PendingRequest request, ByteBuf frame) {
    ZansocException failed = failure;
    if (failed != null) {
      frame.release();
      slots.release();
      request.fail(failed);
      return;
    }
    lastRequest++;
    pending.put(lastRequest, request);
    frame.setInt(Frames.HEADER_BYTES - Integer.BYTES, lastRequest);
    channel.writeAndFlush(frame);
  }

  @Override
  public FrameReader.Sink begin(int type, int request, int length) throws ProtocolViolation {
    PendingRequest asked = pending.get(request);
    if (asked == null) {
      if (type == Frames.ERROR && Frames.isAnswer(type, length, 0)) {
        return new Complaint(length);
      }
      throw new ProtocolViolation(request, "an answer came to a request that was not made");
    }
    if (!Frames.isAnswer(type, length, asked.type)) {
      throw new ProtocolViolation(
          request, "a request of type %d was answered by type %d".formatted(asked.type, type));
    }
    asked.begin(type, length);
    return new Answering(request, asked);
  }

  @Override
  public void violated(ProtocolViolation violation) {
    fail(
        new ZansocException(
            ErrorCode.UNREACHABLE,
            name() + " does not keep to the protocol: " + violation.getMessage()));
    channel.close();
  }

  @Override
  public Duration allowedSilence() {
    return pending.isEmpty() ? timings.idle().dividedBy(IDLE_SHARE) : timings.stall();
  }

  @Override
  public void silent() {
    fail(
        new ZansocException(
            ErrorCode.TIMED_OUT,
            pending.isEmpty()
                ? "the idle connection to " + name() + " was closed"
                : name() + " stalled: nothing moved for " + timings.stall().toSeconds() + " s"));
    channel.close();
  }

  private void fail(ZansocException reason) {
    if (failure == null) {
      failure = reason;
    }
    try {
      channel.eventLoop().execute(this::failPending);
    } catch (RejectedExecutionException stopped) {
      failPending(); // Its event loop has ended: nothing else looks at the table.
    }
  }

  private void failPending() {
    ZansocException reason = failure;
    if (reason != null) {
      pending.values().forEach(request -> request.fail(reason));
      slots.release(pending.size());
      pending.clear();
    }
  }

  /** Passes an answer's body on, and frees the request's place at its end. */
  private final class Answering implements FrameReader.Sink {
    private final int number;
    private final PendingRequest request;

    Answering(int number, PendingRequest request) {
      this.number = number;
      this.request = request;
    }

    @Override
    public void take(ByteBuf piece, int count) {
      request.take(piece, count);
    }

    @Override
    public void complete() {
      if (pending.remove(number) != null) {
        slots.release();
      }
      request.complete();
    }

    @Override
    public void abandon() {
      request.abandon();
    }
  }

  /** An error that answers no request: the server's last word before it hangs up. */
  private final class Complaint implements FrameReader.Sink {
    private final byte[] body;
    private int filled;

    Complaint(int length) {
      this.body = new byte[length];
    }

    @Override
    public void take(ByteBuf piece, int count) {
      piece.readBytes(body, filled, count);
      filled += count;
    }

    @Override
    public void complete() {
      fail(Frames.readError(body, name()));
      channel.close();
    }

    @Override
    public void abandon() {
      // Nobody waits for it.
    }
  }
}
