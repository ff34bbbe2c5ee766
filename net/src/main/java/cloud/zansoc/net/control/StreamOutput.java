package cloud.zansoc.net.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a stream's other side is sent. A writer waits while the network takes no more. */
final class StreamOutput extends OutputStream {
  /** Bytes on their way to the network, beyond which a writer waits. */
  private static final int MOST_UNDER_WAY_BYTES = 512 * 1024;

  private final Channel channel;
  private final CompletableFuture<Boolean> endSent = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock(); // Guards all below.
  private final Condition changed = lock.newCondition();
  private int underWay;
  private boolean ended;
  private @Nullable String broken;

  StreamOutput(Channel channel) {
    this.channel = channel;
  }

  /** The stream broke: nothing can be sent any more. */
  void fail(String why) {
    lock.lock();
    try {
      if (broken == null) {
        broken = why;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    endSent.complete(false);
  }

  /** Completes when the end of output has left with all before it: true, or false if it broke. */
  CompletableFuture<Boolean> endSent() {
    return endSent;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int count = Math.min(length - done, ControlHttp.MAX_FRAME_BYTES);
      awaitRoom(count);
      ByteBuf chunk = channel.alloc().directBuffer(count).writeBytes(bytes, offset + done, count);
      ChannelFuture sent = channel.writeAndFlush(new DefaultHttp2DataFrame(chunk));
      sent.addListener(written -> sent(count, sent.cause()));
      done += count;
    }
  }

  /** Says that this was all; what the other side sends can be read on. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
    } finally {
      lock.unlock();
    }
    ChannelFuture sent =
        channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
    sent.addListener(written -> endSent.complete(sent.isSuccess()));
  }

  private void awaitRoom(int count) throws IOException {
    lock.lock();
    try {
      while (broken == null && !ended && underWay > 0 && underWay + count > MOST_UNDER_WAY_BYTES) {
        changed.await();
      }
      if (broken != null || ended) {
        throw new IOException(broken == null ? "the stream's output was closed" : broken);
      }
      underWay += count;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private void sent(int count, @Nullable Throwable failure) {
    if (failure != null) {
      fail("the stream broke: " + failure);
    }
    lock.lock();
    try {
      underWay -= count;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
