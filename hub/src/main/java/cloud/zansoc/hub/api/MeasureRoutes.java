package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.node.MeasuredUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/**
 * Bytes up and down for a host that measures its line. At most {@value #MAX_AT_ONCE} at once, since
 * anybody with a certificate may ask.
 */
final class MeasureRoutes {
  static final long MAX_BYTES = 64L << 20;
  private static final int MAX_AT_ONCE = 4;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Semaphore running = new Semaphore(MAX_AT_ONCE);
  private final byte[] noise = new byte[CHUNK_BYTES];

  MeasureRoutes() {
    new SplittableRandom(1).nextBytes(noise); // incompressible; nothing here is secret
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/v1/measure/down", Access.PEER, "So many bytes, to measure the line down")
            .query("bytes!")
            .gives(byte[].class)
            .does((request, caller) -> down(request)),
        ApiRoute.post("/v1/measure/up", Access.PEER, "Takes bytes, to measure the line up")
            .takes(byte[].class)
            .gives(MeasuredUpload.class)
            .does((request, caller) -> up(request)));
  }

  private Reply down(Request request) {
    request.requiredQuery("bytes");
    long bytes = request.query("bytes", Long::parseLong).orElse(0L);
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "bytes is 1 to " + MAX_BYTES + ", not " + bytes);
    }
    requireFree();
    return Reply.stream(
        "application/octet-stream",
        bytes,
        out -> {
          try {
            send(out, bytes);
          } finally {
            running.release();
          }
        });
  }

  private void send(OutputStream out, long bytes) throws IOException {
    for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
      out.write(noise, 0, (int) Math.min(CHUNK_BYTES, left));
    }
  }

  private Reply up(Request request) {
    requireFree();
    try (InputStream in = request.bodyStream()) {
      long begin = System.nanoTime();
      byte[] chunk = new byte[CHUNK_BYTES];
      long bytes = 0;
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        bytes += read;
        if (bytes > MAX_BYTES) {
          throw new ZansocException(
              ErrorCode.TOO_LARGE, "a measurement takes at most " + MAX_BYTES + " bytes");
        }
      }
      return Reply.ok(new MeasuredUpload(bytes, (System.nanoTime() - begin) / 1000));
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the body ended before it was complete", e);
    } finally {
      running.release();
    }
  }

  private void requireFree() {
    if (!running.tryAcquire()) {
      throw new ZansocException(
          ErrorCode.RATE_LIMITED, "others measure at this moment: try again in a few seconds");
    }
  }
}
