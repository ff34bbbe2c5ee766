package cloud.zansoc.compute.engine;

import cloud.zansoc.base.InstanceId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs commands in instances to their ends. */
public final class Commands {
  private Commands() {}

  /** What a command gave. */
  public record Result(String stdout, String stderr, int exitCode) {}

  /** Runs a command without input or terminal. */
  public static Result run(Engine engine, InstanceId id, String... command) {
    return run(engine, id, request(command), new byte[0]);
  }

  /** A request without environment or terminal. */
  public static ExecRequest request(String... command) {
    return new ExecRequest(List.of(command), Map.of(), Optional.empty());
  }

  /** Runs a command that is given {@code input}. */
  public static Result run(Engine engine, InstanceId id, ExecRequest request, byte[] input) {
    try (ExecSession session = engine.exec(id, request);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<byte[]> errors = threads.submit(() -> session.stderr().readAllBytes());
      Future<?> writing = threads.submit(() -> write(session.stdin(), input));
      String stdout = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
      writing.get();
      return new Result(
          stdout, new String(errors.get(), StandardCharsets.UTF_8), session.awaitExit());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A command may end before it has read all: then writing fails, which is no fault. */
  static void write(OutputStream stdin, byte[] input) {
    try (stdin) {
      stdin.write(input);
    } catch (IOException e) {
      // The command has ended.
    }
  }
}
