package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.engine.BytePipe;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import cloud.zansoc.compute.engine.MemoryEngine;
import io.fabric8.mockwebserver.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A command in an instance, as a kubelet runs it; it knows env and tar beside the suite's. */
final class FakeExec extends FakeSocket {
  private static final int NORMAL_CLOSURE = 1000;
  private static final Pattern SIZE = Pattern.compile("\\{\"Width\":(\\d+),\"Height\":(\\d+)}");

  private final MemoryEngine machine;
  private final InstanceId id;
  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final boolean terminal;
  private final BytePipe archive = new BytePipe();
  private @Nullable ExecSession session;

  FakeExec(MemoryEngine machine, InstanceId id, String query) {
    this.machine = machine;
    this.id = id;
    this.terminal = query.contains("&tty=true");
    Stream.of(query.split("&", -1))
        .filter(part -> part.startsWith("command="))
        .map(part -> URLDecoder.decode(part.substring(8), StandardCharsets.UTF_8))
        .forEach(command::add);
    if (command.getFirst().equals("env")) {
      command.removeFirst();
      while (command.getFirst().matches("[A-Z_]+=.*")) {
        String[] variable = command.removeFirst().split("=", 2);
        environment.put(variable[0], variable[1]);
      }
    }
  }

  @Override
  void begin(WebSocket socket) {
    if (command.getFirst().equals("tar")) {
      Thread.ofVirtual().start(() -> tar(socket));
      return;
    }
    ExecSession started =
        machine.exec(
            id,
            new ExecRequest(
                command,
                environment,
                terminal ? Optional.of(new TerminalSize(80, 24)) : Optional.empty()));
    session = started;
    Thread.ofVirtual().start(() -> follow(started, socket));
  }

  private static void follow(ExecSession started, WebSocket socket) {
    try {
      Thread errors =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  copy(started.stderr(), socket, 2);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      copy(started.stdout(), socket, 1);
      errors.join();
      end(socket, started.awaitExit());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(WebSocket socket, int code) {
    byte[] status =
        FakeKubelet.text(
            code == 0
                ? "{\"status\":\"Success\"}"
                : "{\"status\":\"Failure\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"%d\"}]}}"
                    .formatted(code));
    send(socket, 3, status, status.length);
    socket.close(NORMAL_CLOSURE, "");
  }

  private void tar(WebSocket socket) {
    int code = 0;
    try {
      if (command.get(1).equals("-xf")) {
        machine.copyIn(id, command.getLast(), archive.input());
      } else {
        String folder = command.get(4).equals("/") ? "" : command.get(4);
        try (InputStream packed = machine.copyOut(id, folder + "/" + command.getLast())) {
          copy(packed, socket, 1);
        }
      }
    } catch (ZansocException e) {
      byte[] message = FakeKubelet.text("tar: " + command.getLast() + ": No such file\n");
      send(socket, 2, message, message.length);
      code = 2;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    archive.closeInput();
    end(socket, code);
  }

  @Override
  void received(int channel, byte[] content) throws IOException {
    OutputStream stdin = session == null ? archive.output() : session.stdin();
    if (channel == 0) {
      try {
        stdin.write(content);
      } catch (IOException e) {
        // The command has ended before it read all.
      }
    } else if (channel == 255) {
      stdin.close();
    } else if (channel == 4 && session != null) {
      Matcher size = SIZE.matcher(new String(content, StandardCharsets.UTF_8));
      if (size.matches()) {
        session.resize(
            new TerminalSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))));
      }
    }
  }

  @Override
  void ended() {
    archive.closeInput();
    if (session != null) {
      session.close();
    }
  }
}
