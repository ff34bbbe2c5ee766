package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request that a client has sent and not got the answer of. The event loop fills it; the thread
 * that asked waits, and may give it up: from then on nothing touches that thread's buffer.
 */
final class PendingRequest implements FrameReader.Sink {
  /** An answer: its type, its body (empty for a block), its length in bytes. */
  record Answer(int type, byte[] body, int length) {}

  final int type;
  private final CompletableFuture<Answer> answered = new CompletableFuture<>();

  // Guarded by this, which the event loop holds while it writes into the caller's buffer.
  private @Nullable ByteBuffer into;

  // Of the event loop.
  private int answerType;
  private int answerLength;
  private byte[] body = new byte[0];
  private int bodyFilled;

  /**
   * @param into where a block goes, for GET
   */
  PendingRequest(int type, @Nullable ByteBuffer into) {
    this.type = type;
    this.into = into == null ? null : into.duplicate();
  }

  /** The answer's header came. */
  void begin(int answer, int length) {
    answerType = answer;
    answerLength = length;
    body = isBlock() ? body : new byte[length];
  }

  @Override
  public void take(ByteBuf piece, int count) {
    if (!isBlock()) {
      piece.readBytes(body, bodyFilled, count);
      bodyFilled += count;
      return;
    }
    synchronized (this) {
      if (into == null || into.remaining() < count) {
        into = null;
        piece.skipBytes(count);
      } else {
        int limit = into.limit();
        piece.readBytes(into.limit(into.position() + count));
        into.limit(limit);
      }
    }
  }

  @Override
  public void complete() {
    answered.complete(new Answer(answerType, body, answerLength));
  }

  @Override
  public void abandon() {
    // The connection's end fails all its requests, this one too.
  }

  /** There will be no answer. */
  void fail(ZansocException failure) {
    answered.completeExceptionally(failure);
  }

  /**
   * Waits for the answer; gives up after {@code timeout} or at an interrupt.
   *
   * @throws ZansocException why there is none
   */
  Answer await(Duration timeout, String host) {
    try {
      return await(answered, timeout, host);
    } finally {
      synchronized (this) {
        into = null;
      }
    }
  }

  /** Waits for what {@code host} is to answer, which others may wait for too. */
  static <T> T await(CompletableFuture<T> answer, Duration timeout, String host) {
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "the request to " + host + " was given up: interrupted", e);
    } catch (TimeoutException e) {
      throw new ZansocException(
          ErrorCode.TIMED_OUT,
          "%s did not answer within %d s".formatted(host, timeout.toSeconds()),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ZansocException failure) {
        throw new ZansocException(failure.code(), String.valueOf(failure.getMessage()), failure);
      }
      throw new IllegalStateException("a request failed without a reason", e);
    }
  }

  private boolean isBlock() {
    return answerType == (Frames.GET | Frames.ANSWER);
  }
}
