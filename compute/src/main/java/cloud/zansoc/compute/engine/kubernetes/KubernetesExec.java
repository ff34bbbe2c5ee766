package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.engine.BytePipe;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A command in a pod, over one WebSocket of the API server. Letting go ends its input and, where it
 * has one, hangs up its terminal; Kubernetes has no other way to end it.
 */
final class KubernetesExec implements ExecSession, ChannelSocket.Receiver {
  /** The version in which one direction of a channel can be ended. */
  static final String PROTOCOL = "v5.channel.k8s.io";

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;
  private static final int CLOSE = 255;

  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int UNKNOWN = -1;
  private static final List<String> SHELL =
      List.of("sh", "-c", "[ -x /bin/bash ] && exec /bin/bash -l || exec /bin/sh -l");

  private final ChannelSocket socket;
  private final boolean terminal;
  private final BytePipe stdout = new BytePipe();
  private final BytePipe stderr = new BytePipe();
  private final ByteArrayOutputStream end = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final OutputStream stdin = new Stdin();

  private KubernetesExec(ChannelSocket socket, boolean terminal) {
    this.socket = socket;
    this.terminal = terminal;
  }

  /** Starts a command in a pod. */
  static KubernetesExec start(
      KubernetesClient client, String namespace, String pod, ExecRequest request)
      throws IOException {
    boolean terminal = request.terminal().isPresent();
    StringBuilder path =
        new StringBuilder(
            "/api/v1/namespaces/%s/pods/%s/exec?container=%s&stdin=true&stdout=true"
                .formatted(namespace, pod, PodSettings.CONTAINER));
    path.append(terminal ? "&tty=true" : "&stderr=true");
    for (String word : command(request)) {
      path.append("&command=").append(URLEncoder.encode(word, StandardCharsets.UTF_8));
    }
    KubernetesExec session =
        new KubernetesExec(ChannelSocket.open(client, path.toString(), PROTOCOL), terminal);
    request.terminal().ifPresent(session::resize);
    session.socket.deliver("exec-output", session);
    return session;
  }

  /** Commands get no environment of their own: {@code env} gives it, where there is any. */
  private static List<String> command(ExecRequest request) {
    Map<String, String> variables = new HashMap<>(request.environment());
    if (request.terminal().isPresent()) {
      variables.putIfAbsent("TERM", "xterm");
    }
    List<String> command = new ArrayList<>();
    if (!variables.isEmpty()) {
      command.add("env");
      variables.forEach((name, value) -> command.add(name + "=" + value));
    }
    command.addAll(request.command().isEmpty() ? SHELL : request.command());
    return command;
  }

  @Override
  public void received(int channel, ByteBuffer bytes) throws IOException {
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    switch (channel) {
      case STDOUT -> stdout.output().write(content);
      case STDERR -> stderr.output().write(content);
      case ERROR -> end.write(content);
      default -> {} // The other side says that it has ended a channel: the end of all follows.
    }
  }

  @Override
  public void ended(String reason) {
    int code = code();
    stdout.closeOutput();
    stderr.closeOutput();
    exit.complete(code);
  }

  /** By the status that the API server sends last. */
  private int code() {
    if (end.size() == 0) {
      return UNKNOWN;
    }
    Status status = Serialization.unmarshal(end.toString(StandardCharsets.UTF_8), Status.class);
    if ("Success".equals(status.getStatus())) {
      return 0;
    }
    Optional<Integer> code =
        Optional.ofNullable(status.getDetails())
            .flatMap(details ->
                details.getCauses().stream()
                    .filter(cause -> "ExitCode".equals(cause.getReason()))
                    .map(StatusCause::getMessage)
                    .findFirst())
            .map(Integer::valueOf);
    return code.orElseGet(() -> couldNotRun(String.valueOf(status.getMessage())));
  }

  private int couldNotRun(String message) {
    try {
      (terminal ? stdout : stderr)
          .output()
          .write((message + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Nobody reads it; the code tells.
    }
    return message.contains("not found") || message.contains("no such file")
        ? NOT_FOUND
        : NOT_EXECUTABLE;
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }

  @Override
  public InputStream stdout() {
    return stdout.input();
  }

  @Override
  public InputStream stderr() {
    return stderr.input();
  }

  @Override
  public void resize(TerminalSize size) {
    if (!terminal || exit.isDone()) {
      return;
    }
    byte[] message =
        "{\"Width\":%d,\"Height\":%d}"
            .formatted(size.columns(), size.rows())
            .getBytes(StandardCharsets.UTF_8);
    try {
      socket.send(RESIZE, message, 0, message.length);
    } catch (IOException e) {
      if (!exit.isDone()) {
        throw KubernetesFailures.of("resizing the terminal of a command", e);
      }
    }
  }

  @Override
  public int awaitExit() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stdout.closeInput();
    stderr.closeInput();
    socket.close();
  }

  /** Its end is that of the direction, not of the connection. */
  private final class Stdin extends OutputStream {
    private boolean closed;

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException("the command's input is closed");
      }
      if (length > 0) {
        socket.send(STDIN, bytes, offset, length);
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        if (!exit.isDone()) {
          try {
            socket.send(CLOSE, new byte[] {STDIN}, 0, 1);
          } catch (IOException e) {
            if (!exit.isDone()) {
              throw e;
            }
          }
        }
      }
    }
  }
}
