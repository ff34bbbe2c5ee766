package cloud.zansoc.hub.ssh;

import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.net.control.ControlStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.server.Signal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A shell, or one command, in an instance. */
final class ExecCommand extends InstanceCommand {
  private static final Logger LOG = LoggerFactory.getLogger(ExecCommand.class);
  private static final int CHUNK_BYTES = 64 << 10;

  private final InstanceFinder finder;
  private final InstanceStreams instances;
  private final List<String> command;

  /**
   * @param command empty for a shell
   */
  ExecCommand(InstanceFinder finder, InstanceStreams instances, List<String> command) {
    this.finder = finder;
    this.instances = instances;
    this.command = List.copyOf(command);
  }

  @Override
  int run(GatewayChannel channel, Streams streams) throws IOException {
    Place place = finder.find(channel.getSession());
    ControlStream stream =
        keep(instances.exec(place, command, channel.environment(), channel.terminal()));
    ExecFrames.Writer writer = new ExecFrames.Writer(stream.output());
    Thread.ofVirtual().name("ssh input").start(() -> send(streams.in(), writer));
    channel
        .getEnvironment()
        .addSignalListener(
            (its, signal) -> Thread.ofVirtual().start(() -> resize(channel, writer)), Signal.WINCH);
    return receive(stream, streams);
  }

  private static int receive(ControlStream stream, Streams streams) throws IOException {
    ExecFrames.Reader reader = new ExecFrames.Reader(stream.input());
    for (Optional<ExecFrame> next = reader.next(); next.isPresent(); next = reader.next()) {
      switch (next.get()) {
        case ExecFrame.Stdout stdout -> {
          streams.out().write(stdout.bytes());
          streams.out().flush();
        }
        case ExecFrame.Stderr stderr -> {
          streams.err().write(stderr.bytes());
          streams.err().flush();
        }
        case ExecFrame.Exit exit -> {
          return exit.code();
        }
        case ExecFrame.Stdin _, ExecFrame.EndOfStdin _, ExecFrame.Resize _ ->
            throw new IOException("its host does not keep to the protocol");
      }
    }
    throw new IOException("its host lost sight of the command");
  }

  private static void send(InputStream in, ExecFrames.Writer writer) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        writer.stdin(chunk, 0, count);
      }
      writer.endOfStdin();
    } catch (IOException e) {
      LOG.debug("a command takes no more input: {}", e.getMessage());
    }
  }

  private static void resize(GatewayChannel channel, ExecFrames.Writer writer) {
    try {
      if (channel.terminal().isPresent()) {
        writer.resize(channel.terminal().get());
      }
    } catch (IOException e) {
      LOG.debug("a terminal has gone: {}", e.getMessage());
    }
  }
}
