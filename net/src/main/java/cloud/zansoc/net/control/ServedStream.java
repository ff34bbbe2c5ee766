package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream as its host serves it: accepted with the first call for its input or output. */
// A write or close that fails ends the stream, and both ways are told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class ServedStream implements ControlStream {
  private static final Logger LOG = LoggerFactory.getLogger(ServedStream.class);

  private final String name;
  private final Channel channel;
  private final StreamEnd end;
  private final AtomicBoolean answered = new AtomicBoolean();

  ServedStream(String name, Channel channel, StreamEnd end) {
    this.name = name;
    this.channel = channel;
    this.end = end;
  }

  /** Serves the stream from its request to its end, on a virtual thread of its own. */
  void serve(StreamHandler handler) {
    Thread thread = Thread.ofVirtual().name("stream-" + name).unstarted(() -> run(handler));
    // Who only writes, and seldom, learns in no other way that nobody reads any more.
    channel
        .closeFuture()
        .addListener(closed -> {
          if (!end.isOver()) {
            thread.interrupt();
          }
        });
    thread.start();
  }

  @Override
  public InputStream input() {
    accept();
    return end.input();
  }

  @Override
  public OutputStream output() {
    accept();
    return end.output();
  }

  @Override
  public void close() {
    end.close();
  }

  private void run(StreamHandler handler) {
    try {
      handler.handle(name, readRequest(), this);
      accept();
      end.finish();
    } catch (ZansocException e) {
      fail(e);
    } catch (IOException e) {
      LOG.debug("stream {}", name, e);
      end.abort();
    } catch (RuntimeException | Error e) {
      LOG.error("stream {} failed", name, e);
      fail(new ZansocException(ErrorCode.INTERNAL, "the host failed; its log says why", e));
    }
  }

  private byte[] readRequest() throws IOException {
    InputStream in = end.input();
    byte[] prefix = in.readNBytes(Integer.BYTES);
    int length = prefix.length < Integer.BYTES ? 0 : ByteBuffer.wrap(prefix).getInt();
    if (length < 0 || length > StreamHandler.MAX_REQUEST_BYTES) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE, "the request of a stream has %d bytes".formatted(length));
    }
    byte[] request = in.readNBytes(length);
    if (prefix.length < Integer.BYTES || request.length < length) {
      throw new EOFException("the stream ended within its request");
    }
    return request;
  }

  private void accept() {
    if (answered.compareAndSet(false, true)) {
      channel.writeAndFlush(
          new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(ControlHttp.OK)));
    }
  }

  private void fail(ZansocException why) {
    if (answered.compareAndSet(false, true)) {
      channel.eventLoop().execute(() -> ControlHttp.refuse(channel, why));
    } else {
      LOG.debug("stream {}", name, why);
      end.abort();
    }
  }
}
