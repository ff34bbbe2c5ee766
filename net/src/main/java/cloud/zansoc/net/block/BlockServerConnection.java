package cloud.zansoc.net.block;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.block.FrameReader.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of one connection.
 *
 * <p>A request goes through: header read, memory taken for it (or reading stops until there is
 * some), body read into that memory, work on a virtual thread, answer written, memory given back
 * when the answer has left. All fields belong to the event loop.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class BlockServerConnection implements FrameReader.Receiver, ConnectionMeter.Watch {
  /** The most permits kept for one connection; the one unused for longest is forgotten. */
  static final int MAX_OPEN_PERMITS = 1024;

  /** The most requests under way on one connection. */
  static final int MAX_REQUESTS = 64;

  private static final int LEAST_COST = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(BlockServerConnection.class);

  /** What all connections of one server share. */
  record Shared(
      BlockService service,
      MemoryBudget budget,
      BandwidthLimit bandwidth,
      ByteCounter counter,
      BlockTimings timings) {}

  private final Channel channel;
  private final Shared shared;
  private final ReadGate gate;
  private final FrameReader reader = new FrameReader(this);
  private final Map<Integer, BlockAccess> open = new Permits();
  private @Nullable PeerId client;
  private int lastHandle;
  private int bytesInFlight;
  private int requestsInFlight;
  private int answersUnwritten;
  private MemoryBudget.@Nullable Claim claim;
  private boolean claimGranted;

  BlockServerConnection(Channel channel, Shared shared) {
    this.channel = channel;
    this.shared = shared;
    this.gate = new ReadGate(channel);
  }

  /** The handler that goes next to the wire. */
  ConnectionMeter meter() {
    return new ConnectionMeter(shared.counter, shared.bandwidth, gate, this);
  }

  /** The client has proved who it is; frames may come. */
  void begin(PeerId proved) {
    client = proved;
    channel.pipeline().addLast(reader);
    channel.closeFuture().addListener(ended -> dropClaim());
  }

  @Override
  public FrameReader.@Nullable Sink begin(int type, int request, int length)
      throws ProtocolViolation {
    if (!Frames.isRequest(type, length)) {
      throw new ProtocolViolation(
          request,
          "no request has type " + type + " and " + Integer.toUnsignedString(length) + " bytes");
    }
    if (type != Frames.PERMIT && open.isEmpty()) {
      throw new ProtocolViolation(request, "a request came before any permit was accepted");
    }
    int cost = type == Frames.GET ? Limits.BLOCK_BYTES : Math.max(length, LEAST_COST);
    if (!takeMemory(cost)) {
      gate.shut(ReadGate.Reason.WORK_IN_FLIGHT);
      return null;
    }
    gate.open(ReadGate.Reason.WORK_IN_FLIGHT);
    bytesInFlight += cost;
    requestsInFlight++;
    return new Request(type, request, length, cost);
  }

  @Override
  public void violated(ProtocolViolation violation) {
    LOG.debug("client {} broke the protocol: {}", client, violation.getMessage());
    String message = "%s; use a client of the same version".formatted(violation.getMessage());
    byte[] body = Frames.error(ErrorCode.INVALID_ARGUMENT, message);
    channel
        .writeAndFlush(frame(Frames.ERROR, violation.request, body))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public Duration allowedSilence() {
    return reader.inFrame() || answersUnwritten > 0
        ? shared.timings.stall()
        : shared.timings.idle();
  }

  @Override
  public void silent() {
    LOG.debug("closing the connection of client {}: nothing moves", client);
    channel.close();
  }

  private boolean takeMemory(int cost) {
    if (claimGranted) {
      claimGranted = false;
      claim = null;
      return true;
    }
    if (claim != null
        || requestsInFlight >= MAX_REQUESTS
        || bytesInFlight + cost > BlockServer.CONNECTION_BYTES) {
      return false;
    }
    MemoryBudget.Claim asked =
        new MemoryBudget.Claim(cost, () -> onEventLoop(this::granted, () -> {}));
    if (shared.budget.take(asked)) {
      return true;
    }
    claim = asked;
    return false;
  }

  private void granted() {
    if (channel.isActive()) {
      claimGranted = true;
      reader.resume();
    } else if (claim != null) {
      shared.budget.release(claim.bytes());
      claim = null;
    }
  }

  private void dropClaim() {
    if (claim != null && (claimGranted || shared.budget.withdraw(claim))) {
      if (claimGranted) {
        shared.budget.release(claim.bytes());
      }
      claim = null;
      claimGranted = false;
    }
  }

  private void finished(int cost) {
    bytesInFlight -= cost;
    requestsInFlight--;
    shared.budget.release(cost);
    reader.resume();
  }

  private void perform(Request request) {
    switch (request.type) {
      case Frames.PERMIT -> work(request, () -> present(request.head));
      default -> {
        BlockAccess access = open.get(ByteBuffer.wrap(request.head).getInt());
        if (access == null) {
          request.releaseBlock();
          answer(request, new Reply(Frames.STALE_HANDLE, Unpooled.EMPTY_BUFFER, null));
        } else {
          perform(request, access);
        }
      }
    }
  }

  private void perform(Request request, BlockAccess access) {
    switch (request.type) {
      case Frames.PUT -> {
        ByteBuffer block = request.blockBytes();
        work(
            request,
            () -> {
              access.put(request.target(), block);
              return request.reply(Unpooled.EMPTY_BUFFER);
            });
      }
      case Frames.GET -> {
        ByteBuf block = channel.alloc().directBuffer(Limits.BLOCK_BYTES);
        work(request, () -> read(request, access, block));
      }
      case Frames.HAS -> work(request, () -> has(request, access));
      default ->
          work(request, () -> request.reply(Unpooled.wrappedBuffer(access.receipt().encode())));
    }
  }

  private Reply present(byte[] permit) {
    PeerId proved = client;
    if (proved == null) {
      throw new IllegalStateException("a frame came before the handshake");
    }
    BlockAccess access = shared.service.open(proved, Permit.Signed.decode(permit));
    return new Reply(Frames.PERMIT | Frames.ANSWER, Unpooled.EMPTY_BUFFER, access);
  }

  private Reply read(Request request, BlockAccess access, ByteBuf block)
      throws InterruptedException {
    boolean read = false;
    try {
      int bytes = access.get(request.target(), block.nioBuffer(0, Limits.BLOCK_BYTES));
      block.setIndex(0, bytes);
      shared.bandwidth.up().await(bytes);
      read = true;
      return request.reply(block);
    } finally {
      if (!read) {
        block.release();
      }
    }
  }

  private static Reply has(Request request, BlockAccess access) {
    ByteBuffer body = ByteBuffer.wrap(request.head);
    body.getInt();
    List<Digest> digests = new ArrayList<>(body.remaining() / Digest.BYTES);
    while (body.hasRemaining()) {
      digests.add(Digest.read(body));
    }
    return request.reply(Unpooled.wrappedBuffer(access.has(digests).toByteArray()));
  }

  private void work(Request request, Callable<Reply> work) {
    Thread.ofVirtual()
        .name("block-request")
        .start(() -> {
          Reply reply = outcome(work);
          request.releaseBlock();
          onEventLoop(
              () -> answer(request, reply),
              () -> {
                reply.body.release();
                shared.budget.release(request.cost);
              });
        });
  }

  private Reply outcome(Callable<Reply> work) {
    try {
      return work.call();
    } catch (ZansocException e) {
      return refusal(e.code(), String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      LOG.error("a request of client {} failed", client, e);
      return refusal(ErrorCode.INTERNAL, "the host failed; its log says why");
    }
  }

  private static Reply refusal(ErrorCode code, String message) {
    return new Reply(Frames.ERROR, Unpooled.wrappedBuffer(Frames.error(code, message)), null);
  }

  private void answer(Request request, Reply reply) {
    ByteBuf body = reply.body;
    if (reply.opened != null) {
      lastHandle++;
      open.put(lastHandle, reply.opened);
      body = Unpooled.buffer(Integer.BYTES).writeInt(lastHandle);
    }
    ByteBuf header = channel.alloc().directBuffer(Frames.HEADER_BYTES);
    Frames.header(header, body.readableBytes(), reply.type, request.number);
    answersUnwritten++;
    channel.write(header);
    channel
        .writeAndFlush(body)
        .addListener(written -> {
          answersUnwritten--;
          finished(request.cost);
        });
  }

  private ByteBuf frame(int type, int request, byte[] body) {
    ByteBuf frame = channel.alloc().directBuffer(Frames.HEADER_BYTES + body.length);
    Frames.header(frame, body.length, type, request);
    return frame.writeBytes(body);
  }

  /** Runs {@code task} on the event loop, or {@code otherwise} here if there is none any more. */
  private void onEventLoop(Runnable task, Runnable otherwise) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException stopped) {
      otherwise.run();
    }
  }

  /** One answer; {@code opened} is what a permit gave. */
  private record Reply(int type, ByteBuf body, @Nullable BlockAccess opened) {}

  /** One request, while its body is read and then while it is worked on. */
  private final class Request implements FrameReader.Sink {
    final int type;
    final int number;
    final int cost;

    /** The whole body; of a PUT, what comes before the block. */
    final byte[] head;

    private final @Nullable ByteBuf block;
    private int headFilled;

    Request(int type, int number, int length, int cost) {
      this.type = type;
      this.number = number;
      this.cost = cost;
      boolean put = type == Frames.PUT;
      this.head = new byte[put ? Frames.TARGET_BYTES : length];
      this.block = put ? channel.alloc().directBuffer(length - Frames.TARGET_BYTES) : null;
    }

    @Override
    public void take(ByteBuf piece, int count) {
      int ofHead = Math.min(count, head.length - headFilled);
      piece.readBytes(head, headFilled, ofHead);
      headFilled += ofHead;
      if (block != null) {
        block.writeBytes(piece, count - ofHead);
      }
    }

    @Override
    public void complete() {
      perform(this);
    }

    @Override
    public void abandon() {
      releaseBlock();
      finished(cost);
    }

    Digest target() {
      return Digest.read(head, Integer.BYTES);
    }

    ByteBuffer blockBytes() {
      return block == null ? ByteBuffer.allocate(0) : block.nioBuffer();
    }

    Reply reply(ByteBuf body) {
      return new Reply(type | Frames.ANSWER, body, null);
    }

    void releaseBlock() {
      if (block != null) {
        block.release();
      }
    }
  }

  /** Forgets the permit that was not used for longest. */
  private static final class Permits extends LinkedHashMap<Integer, BlockAccess> {
    private static final long serialVersionUID = 1;

    Permits() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, BlockAccess> eldest) {
      return size() > MAX_OPEN_PERMITS;
    }
  }
}
