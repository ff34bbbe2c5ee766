package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Runs code in the network namespace of another process. A namespace belongs to a thread, and a
 * socket stays in the one that it was made in: so a thread of its own enters, makes the socket and
 * ends. Takes CAP_SYS_ADMIN, and Linux.
 */
final class NetworkNamespace {
  private static final int READ_ONLY_AND_CLOSE_ON_EXEC = 0x80000;
  private static final int NEW_NETWORK = 0x40000000;

  private NetworkNamespace() {}

  private static final class SystemCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN =
        handle(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS =
        handle(
            "setns",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
        handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    // Native calls are restricted: every program of ours is started with the right to make them.
    @SuppressWarnings("restricted")
    private static MethodHandle handle(
        String name, FunctionDescriptor shape, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), shape, options);
    }
  }

  /** Where process {@code process} has its network. */
  static Path of(long process) {
    return Path.of("/proc/" + process + "/ns/net");
  }

  /** Whether this program may enter namespaces. */
  static boolean isAllowed() {
    try {
      return call(of(ProcessHandle.current().pid()), () -> true);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * What {@code work} gives, run in the network of {@code namespace}.
   *
   * @param namespace such as that of {@link #of}
   * @throws IOException where the namespace cannot be entered, or of the work
   */
  static <T> T call(Path namespace, Callable<T> work) throws IOException, InterruptedException {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("namespace")
        .start(() -> {
          try {
            enter(namespace.toString());
            result.complete(work.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("in the network of " + namespace, e.getCause());
    }
  }

  private static void enter(String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int file =
          (int) SystemCalls.OPEN.invokeExact(arena.allocateFrom(path), READ_ONLY_AND_CLOSE_ON_EXEC);
      if (file < 0) {
        throw new IOException("cannot open " + path + ": it is gone, or this takes root");
      }
      int entered = (int) SystemCalls.SETNS.invokeExact(file, NEW_NETWORK);
      int closed = (int) SystemCalls.CLOSE.invokeExact(file);
      if (entered != 0 || closed != 0) {
        throw new IOException("cannot enter " + path + ": this takes root");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot enter " + path, e);
    }
  }
}
