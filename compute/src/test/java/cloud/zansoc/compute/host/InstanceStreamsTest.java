package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.api.ExecStart;
import cloud.zansoc.compute.api.FilesStart;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.LogsStart;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.compute.api.StatsStart;
import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.BytePipe;
import cloud.zansoc.compute.engine.EngineContract;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.engine.Tar;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstanceStreamsTest {
  private static final InstanceId ID = new InstanceId(1, 2);
  private static final int PORT = 7_000;

  @TempDir private Path folder;
  private KeptHost host;
  private InstanceStreams streams;

  /** Both ends of a stream in memory. */
  private static final class Ends {
    final BytePipe toHost = new BytePipe();
    final BytePipe toHub = new BytePipe();
    final CompletableFuture<Void> served = new CompletableFuture<>();

    ControlStream hostEnd() {
      return new ControlStream() {
        @Override
        public InputStream input() {
          return toHost.input();
        }

        @Override
        public OutputStream output() {
          return toHub.output();
        }

        @Override
        public void close() {
          hangUp();
        }
      };
    }

    void hangUp() {
      try {
        toHost.input().close();
        toHub.input().close();
        toHub.output().close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeEach
  void open() {
    host = new KeptHost(folder, 1);
    host.heartbeat();
    host.settle(host.wanted(Specs.of(ID, MemoryEngine.IMAGE, "sleep", "3600")));
    streams = new InstanceStreams(host.keeper(), host.time::now);
  }

  private Ends open(String name, Object request) {
    Ends ends = new Ends();
    Thread.ofVirtual()
        .start(() -> {
          try {
            streams.handle(name, Json.write(request), ends.hostEnd());
            ends.toHub.output().close();
            ends.served.complete(null);
          } catch (ZansocException | IOException e) {
            ends.served.completeExceptionally(e);
            ends.hangUp();
          }
        });
    return ends;
  }

  private static ExecStart exec(Optional<TerminalSize> terminal, String... command) {
    return new ExecStart(ID, List.of(command), Map.of(), terminal);
  }

  @Test
  void exec_command_givesBothOutputsAndItsExitCode() throws Exception {
    Ends ends =
        open(
            ExecStart.STREAM,
            exec(Optional.empty(), EngineContract.BOTH_OUTPUTS.toArray(String[]::new)));
    assertThat(transcript(ends)).contains("1 to stdout\n", "2 to stderr\n").endsWith("4 0");

    ends =
        open(
            ExecStart.STREAM, exec(Optional.empty(), EngineContract.EXIT_3.toArray(String[]::new)));
    assertThat(transcript(ends)).isEqualTo("4 3");
    ends.served.get();
  }

  @Test
  void exec_mebibyteAndEndOfInput_comesBackWhole() throws Exception {
    byte[] content = new byte[1 << 20];
    new Random(1).nextBytes(content);
    Ends ends = open(ExecStart.STREAM, exec(Optional.empty(), "cat"));
    Thread.ofVirtual()
        .start(() -> {
          try {
            ExecFrames.Writer writer = new ExecFrames.Writer(ends.toHost.output());
            writer.stdin(content, 0, content.length);
            writer.endOfStdin();
          } catch (IOException e) {
            ends.hangUp();
          }
        });
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    ExecFrames.Reader reader = new ExecFrames.Reader(ends.toHub.input());
    ExecFrame next = reader.next().orElseThrow();
    for (; next instanceof ExecFrame.Stdout out; next = reader.next().orElseThrow()) {
      back.write(out.bytes());
    }
    assertThat(next).isEqualTo(new ExecFrame.Exit(0));
    assertThat(reader.next()).isEmpty();
    assertThat(back.toByteArray()).isEqualTo(content);
  }

  @Test
  void exec_terminal_hasItsSizeAndFollows() throws Exception {
    Ends ends =
        open(
            ExecStart.STREAM,
            exec(
                Optional.of(new TerminalSize(90, 30)),
                EngineContract.TERMINAL_SIZES.toArray(String[]::new)));
    ExecFrames.Writer writer = new ExecFrames.Writer(ends.toHost.output());
    ExecFrames.Reader reader = new ExecFrames.Reader(ends.toHub.input());
    writer.stdin(new byte[] {'\n'}, 0, 1);
    assertThat(text(reader.next().orElseThrow())).isEqualTo("1 30 90\n");
    writer.resize(new TerminalSize(100, 40));
    writer.stdin(new byte[] {'\n'}, 0, 1);
    assertThat(text(reader.next().orElseThrow())).isEqualTo("1 40 100\n");
    writer.endOfStdin();
    assertThat(text(reader.next().orElseThrow())).isEqualTo("4 0");
  }

  @Test
  void exec_frameThatIsNone_endsTheCommand() throws Exception {
    int before = host.engine.statistics(ID).processes();
    Ends ends = open(ExecStart.STREAM, exec(Optional.empty(), "sleep", "3600"));
    awaitProcesses(before + 1);
    ends.toHost.output().write(new byte[] {9, 0, 0, 0, 0});
    awaitProcesses(before);
  }

  @Test
  void exec_hubBreaksOffWithinAFrame_endsTheCommand() throws Exception {
    int before = host.engine.statistics(ID).processes();
    Ends ends = open(ExecStart.STREAM, exec(Optional.empty(), "sleep", "3600"));
    awaitProcesses(before + 1);
    ends.toHost.output().write(new byte[] {0, 0, 0});
    ends.toHost.output().close();
    awaitProcesses(before);
  }

  private void awaitProcesses(int count) {
    Await.until(
        count + " processes",
        () -> host.engine.statistics(ID).processes(),
        processes -> processes == count);
  }

  @Test
  void port_thatListens_carriesBothWays() throws Exception {
    host.settle(
        host.wanted(
            Specs.of(ID, MemoryEngine.IMAGE, "socat", "TCP-LISTEN:7000,fork,reuseaddr", "EXEC:cat"),
            2,
            1,
            Wanted.RUNNING));
    Ends ends = open(PortStart.STREAM, new PortStart(ID, PORT));
    ends.toHost.output().write("ping".getBytes(StandardCharsets.UTF_8));
    assertThat(ends.toHub.input().readNBytes(4)).asString().isEqualTo("ping");
    ends.toHost.output().close();
    assertThat(ends.toHub.input().read()).isEqualTo(-1);
    ends.served.get();
  }

  @Test
  void port_whereNothingListens_unreachable() {
    refuses(ErrorCode.UNREACHABLE, open(PortStart.STREAM, new PortStart(ID, PORT)));
  }

  @Test
  void logs_ofAStoppedInstance_canBeRead() throws Exception {
    host.settle(
        host.wanted(Specs.of(ID, MemoryEngine.IMAGE, "echo", "hello"), 2, 1, Wanted.RUNNING));
    Ends ends = open(LogsStart.STREAM, new LogsStart(ID, false, -1, Optional.empty()));
    assertThat(ends.toHub.input().readAllBytes()).asString().isEqualTo("hello\n");
  }

  @Test
  void stats_ofARunningInstance_areWhatItsEngineSays() throws Exception {
    Ends ends = open(StatsStart.STREAM, new StatsStart(ID));
    InstanceUsage usage = Json.read(ends.toHub.input().readAllBytes(), InstanceUsage.class);
    assertThat(usage.id()).isEqualTo(ID);
    assertThat(usage.memory()).isEqualTo(host.engine.statistics(ID).memory());
    assertThat(usage.memoryLimit()).isEqualTo(Specs.SIZE.memory());
    assertThat(usage.processes()).isEqualTo(1);
  }

  @Test
  void files_inAndOut_comeBack() throws Exception {
    Ends in = open(FilesStart.IN_STREAM, new FilesStart(ID, "/etc"));
    Tar.of(Map.of("a/b", "content\n")).transferTo(in.toHost.output());
    in.toHost.output().close();
    assertThat(in.toHub.input().read()).isEqualTo(-1);
    in.served.get();

    Ends out = open(FilesStart.OUT_STREAM, new FilesStart(ID, "/etc/a"));
    assertThat(Tar.files(out.toHub.input())).isEqualTo(Map.of("a/b", "content\n"));
    refuses(ErrorCode.NOT_FOUND, open(FilesStart.IN_STREAM, new FilesStart(ID, "/no/such")));
    refuses(ErrorCode.NOT_FOUND, open(FilesStart.OUT_STREAM, new FilesStart(ID, "/no/such")));
  }

  @Test
  void everything_ofWhatDoesNotRunAsOrdered_isRefused() {
    InstanceId other = new InstanceId(5, 6);
    refuses(
        ErrorCode.NOT_FOUND,
        open(ExecStart.STREAM, new ExecStart(other, List.of("cat"), Map.of(), Optional.empty())));
    host.settle(
        host.wanted(Specs.of(ID, MemoryEngine.IMAGE, "sleep", "3600"), 1, 2, Wanted.STOPPED));
    refuses(ErrorCode.CONFLICT, open(ExecStart.STREAM, exec(Optional.empty(), "cat")));
    refuses(ErrorCode.CONFLICT, open(StatsStart.STREAM, new StatsStart(ID)));
    // Ordered anew, and not made yet.
    host.order(
        host.wanted(Specs.of(ID, MemoryEngine.IMAGE, "sleep", "3600"), 2, 1, Wanted.RUNNING));
    refuses(
        ErrorCode.CONFLICT, open(LogsStart.STREAM, new LogsStart(ID, false, -1, Optional.empty())));
    refuses(ErrorCode.UNSUPPORTED, open("dance", Map.of()));
  }

  private static String transcript(Ends ends) throws IOException {
    StringBuilder said = new StringBuilder();
    ExecFrames.Reader reader = new ExecFrames.Reader(ends.toHub.input());
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      said.append(text(next.get()));
    }
    return said.toString();
  }

  private static String text(ExecFrame frame) {
    return switch (frame) {
      case ExecFrame.Stdout out -> "1 " + new String(out.bytes(), StandardCharsets.UTF_8);
      case ExecFrame.Stderr error -> "2 " + new String(error.bytes(), StandardCharsets.UTF_8);
      case ExecFrame.Exit exit -> "4 " + exit.code();
      case ExecFrame.Stdin stdin -> throw new AssertionError("input from a host");
      case ExecFrame.Resize resize -> throw new AssertionError("a size from a host");
      case ExecFrame.EndOfStdin end -> throw new AssertionError("an end of input from a host");
    };
  }

  private static void refuses(ErrorCode code, Ends ends) {
    assertThatThrownBy(ends.served::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
