package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.control.ControlStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs in a session's channel, on virtual threads: MINA's own threads must never wait, or the
 * windows of all the channels stand still.
 */
abstract class InstanceCommand implements Command {
  /** What ssh itself exits with when something between the two ends went wrong. */
  static final int BROKEN = 255;

  private static final Logger LOG = LoggerFactory.getLogger(InstanceCommand.class);

  /** The three streams of a channel. */
  record Streams(InputStream in, OutputStream out, OutputStream err) {}

  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private OutputStream err = OutputStream.nullOutputStream();
  private ExitCallback exit = (code, message, immediately) -> {};
  private final Set<ControlStream> open = new HashSet<>(); // guarded by itself
  private boolean destroyed; // guarded by open

  /** Does the work; its answer is the exit status. */
  abstract int run(GatewayChannel channel, Streams streams)
      throws IOException, InterruptedException;

  /** Keeps a stream, so that it ends with the channel. */
  final ControlStream keep(ControlStream stream) {
    synchronized (open) {
      if (!destroyed) {
        open.add(stream);
        return stream;
      }
    }
    stream.close();
    throw new ZansocException(ErrorCode.GONE, "the client has left");
  }

  /** Ends a stream before the channel does. */
  final void release(ControlStream stream) {
    synchronized (open) {
      open.remove(stream);
    }
    stream.close();
  }

  @Override
  public final void setInputStream(InputStream stream) {
    in = stream;
  }

  @Override
  public final void setOutputStream(OutputStream stream) {
    out = stream;
  }

  @Override
  public final void setErrorStream(OutputStream stream) {
    err = stream;
  }

  @Override
  public final void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public final void start(ChannelSession channel, Environment environment) {
    Thread.ofVirtual()
        .name("ssh " + channel.getSession().getUsername())
        .start(() -> exit.onExit(runToTheEnd((GatewayChannel) channel)));
  }

  @Override
  public final void destroy(ChannelSession channel) {
    Set<ControlStream> left;
    synchronized (open) {
      destroyed = true;
      left = Set.copyOf(open);
      open.clear();
    }
    left.forEach(ControlStream::close);
  }

  private int runToTheEnd(GatewayChannel channel) {
    try {
      channel.refusals().forEach(this::say);
      return run(channel, new Streams(in, out, err));
    } catch (ZansocException e) {
      say(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      LOG.debug("the channel of {} broke", channel.getSession(), e);
      say("the connection to the instance was lost: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("a channel of {} failed", channel.getSession(), e);
      say("the hub failed; its log says why");
    } finally {
      destroy(channel);
    }
    return BROKEN;
  }

  /** One line to the client's standard error. */
  private void say(String line) {
    try {
      err.write(("zansoc: " + line.replace('\n', ' ') + "\r\n").getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException e) {
      LOG.debug("nobody hears '{}'", line, e);
    }
  }
}
