package cloud.zansoc.host.join;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.measure.HubProbe;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.MeasuredUpload;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What joining asks of a hub before it registers. */
final class HubConnection implements HubProbe {
  private static final Duration SKEW_WORTH_A_WARNING = Duration.ofSeconds(30);

  private final ApiClient hub;

  HubConnection(ApiClient hub) {
    this.hub = hub;
  }

  /** The hub's word on itself; the TLS connection proved its id. */
  HubView view() {
    return hub.call(ApiCall.get("/v1/hub"), HubView.class);
  }

  /**
   * Compares the clocks.
   *
   * @return a warning where they differ by more than half a minute
   * @throws ZansocException CLOCK_SKEW where permits would be refused
   */
  static Optional<String> compareClocks(Instant hub, Instant here) {
    Duration skew = Duration.between(hub, here);
    String text =
        "this machine's clock is %d s %s the hub's"
            .formatted(skew.abs().toSeconds(), skew.isNegative() ? "behind" : "ahead of");
    String advice = ": set it by NTP, for example with 'timedatectl set-ntp true'";
    if (skew.abs().compareTo(Limits.CLOCK_SKEW) > 0) {
      throw new ZansocException(
          ErrorCode.CLOCK_SKEW, text + ", and permits are refused beyond 300 s" + advice);
    }
    return skew.abs().compareTo(SKEW_WORTH_A_WARNING) > 0
        ? Optional.of(text + advice)
        : Optional.empty();
  }

  @Override
  public void ping() {
    hub.run(ApiCall.get("/v1/hub"));
  }

  @Override
  public void download(long bytes) {
    try (InputStream in = hub.download(ApiCall.get("/v1/measure/down").query("bytes", bytes))) {
      byte[] buffer = new byte[64 << 10];
      long received = 0;
      int count = in.read(buffer);
      while (count >= 0) {
        received += count;
        count = in.read(buffer);
      }
      if (received != bytes) {
        throw new IOException("%d of %d bytes came".formatted(received, bytes));
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "the connection to the hub at %s broke while it was measured (%s): try again"
              .formatted(hub.address(), e.getMessage()),
          e);
    }
  }

  @Override
  public void upload(long bytes) {
    hub.upload(ApiCall.post("/v1/measure/up"), () -> new Zeros(bytes), bytes)
        .as(MeasuredUpload.class);
  }

  /** TLS does not compress, so zeros travel like anything else. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long count) {
      left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      java.util.Arrays.fill(into, offset, offset + count, (byte) 0);
      left -= count;
      return count;
    }
  }
}
