package cloud.zansoc.net.block;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Next to the wire: counts bytes, holds reading to the bandwidth limit, and notices when nothing
 * has moved for longer than the protocol above allows.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class ConnectionMeter extends ChannelDuplexHandler {
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CHECKS_PER_SILENCE = 4;

  /** What the protocol above thinks of silence. */
  interface Watch {
    /** How long the wire may be silent in the present state. */
    Duration allowedSilence();

    /** The wire was silent for longer: ends the connection. */
    void silent();
  }

  private final ByteCounter counter;
  private final BandwidthLimit limit;
  private final ReadGate gate;
  private final Watch watch;
  private final ChannelFutureListener written = this::written;
  private long movedNanos = System.nanoTime();

  ConnectionMeter(ByteCounter counter, BandwidthLimit limit, ReadGate gate, Watch watch) {
    this.counter = counter;
    this.limit = limit;
    this.gate = gate;
    this.watch = watch;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    scheduleCheck(context, watch.allowedSilence().toNanos());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      movedNanos = System.nanoTime();
      counter.received(bytes.readableBytes());
      long pauseNanos = limit.down().take(bytes.readableBytes());
      if (pauseNanos > 0) {
        pause(context, pauseNanos);
      }
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      counter.sent(bytes.readableBytes());
    }
    context.write(message, promise.unvoid().addListener(written));
  }

  private void written(ChannelFuture write) {
    if (write.isSuccess()) {
      movedNanos = System.nanoTime();
    }
  }

  private void pause(ChannelHandlerContext context, long nanos) {
    gate.shut(ReadGate.Reason.BANDWIDTH);
    context
        .executor()
        .schedule(
            () -> {
              long rest = limit.down().debtNanosNow();
              if (rest > 0 && context.channel().isActive()) {
                pause(context, rest);
              } else {
                gate.open(ReadGate.Reason.BANDWIDTH);
              }
            },
            Math.min(nanos, LONGEST_PAUSE_NANOS),
            TimeUnit.NANOSECONDS);
  }

  private void scheduleCheck(ChannelHandlerContext context, long allowedNanos) {
    context
        .executor()
        .schedule(
            () -> check(context), allowedNanos / CHECKS_PER_SILENCE + 1, TimeUnit.NANOSECONDS);
  }

  private void check(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      return;
    }
    long allowed = watch.allowedSilence().toNanos();
    if (!gate.isOpen()) {
      // Silence of one's own making.
      movedNanos = System.nanoTime();
    } else if (System.nanoTime() - movedNanos > allowed) {
      watch.silent();
      return;
    }
    scheduleCheck(context, allowed);
  }
}
