package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Files into pods and out of them, by the tar of their images. */
final class PodFiles {
  private static final int NOT_FOUND = 127;

  /** Tar's code for a file that changed while it was read. */
  private static final int CHANGED = 1;

  private static final int MOST_MESSAGE_BYTES = 4096;

  private final Function<ExecRequest, ExecSession> exec;
  private final InstanceId id;

  /**
   * @param exec runs a command in the instance
   */
  PodFiles(InstanceId id, Function<ExecRequest, ExecSession> exec) {
    this.id = id;
    this.exec = exec;
  }

  void copyIn(String folder, InputStream archive) {
    String action = "copying to %s of instance %s".formatted(folder, id);
    try (ExecSession tar = run("tar", "-xf", "-", "-C", folder)) {
      CompletableFuture<String> message = message(tar);
      try (OutputStream stdin = tar.stdin()) {
        archive.transferTo(stdin);
      } catch (IOException e) {
        // It ended before it had read all: its message says why.
      }
      tar.stdout().transferTo(OutputStream.nullOutputStream());
      int code = tar.awaitExit();
      if (code != 0) {
        throw failure(action, folder, code, message.join());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(action, e);
    }
  }

  InputStream copyOut(String path) {
    String action = "copying %s of instance %s".formatted(path, id);
    int slash = path.lastIndexOf('/');
    String parent = slash <= 0 ? "/" : path.substring(0, slash);
    String name = path.substring(slash + 1);
    ExecSession tar = run("tar", "-cf", "-", "-C", parent, "--", name.isEmpty() ? "." : name);
    CompletableFuture<String> message = message(tar);
    try {
      // The name of the first file; without one the archive is empty.
      PushbackInputStream archive = new PushbackInputStream(tar.stdout());
      int first = archive.read();
      if (first > 0) {
        archive.unread(first);
        return new Archive(archive, tar, action);
      }
      archive.transferTo(OutputStream.nullOutputStream());
      ZansocException failure = failure(action, path, tar.awaitExit(), message.join());
      tar.close(); // Not before: it would take the message away.
      throw failure;
    } catch (IOException e) {
      tar.close();
      throw KubernetesFailures.of(action, e);
    } catch (InterruptedException e) {
      tar.close();
      throw interrupted(action, e);
    }
  }

  private ExecSession run(String... command) {
    return exec.apply(new ExecRequest(List.of(command), Map.of(), Optional.empty()));
  }

  private static CompletableFuture<String> message(ExecSession tar) {
    CompletableFuture<String> message = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("tar-message")
        .start(() -> {
          try {
            byte[] text = tar.stderr().readNBytes(MOST_MESSAGE_BYTES);
            tar.stderr().transferTo(OutputStream.nullOutputStream());
            message.complete(new String(text, StandardCharsets.UTF_8).strip());
          } catch (IOException e) {
            message.complete(String.valueOf(e.getMessage()));
          }
        });
    return message;
  }

  private static ZansocException failure(String action, String path, int code, String message) {
    if (code == NOT_FOUND) {
      return new ZansocException(
          ErrorCode.UNSUPPORTED,
          action + ": its image has no tar, by which files come in and out of a cluster");
    }
    if (message.contains("No such file") || message.contains("can't change directory")) {
      return new ZansocException(
          ErrorCode.NOT_FOUND, "%s: there is no %s in it: %s".formatted(action, path, message));
    }
    return new ZansocException(
        ErrorCode.INTERNAL, "%s: tar ended with %d: %s".formatted(action, code, message));
  }

  private static ZansocException interrupted(String action, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ZansocException(ErrorCode.UNREACHABLE, action + " was interrupted", e);
  }

  /** Ends in a failure where tar did. */
  private static final class Archive extends FilterInputStream {
    private final ExecSession tar;
    private final String action;

    private Archive(InputStream in, ExecSession tar, String action) {
      super(in);
      this.tar = tar;
      this.action = action;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      return next < 0 ? end() : next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      return count < 0 ? end() : count;
    }

    private int end() throws IOException {
      try {
        int code = tar.awaitExit();
        if (code != 0 && code != CHANGED) {
          throw new IOException("%s: tar ended with %d".formatted(action, code));
        }
        return -1;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public void close() {
      tar.close();
    }
  }
}
