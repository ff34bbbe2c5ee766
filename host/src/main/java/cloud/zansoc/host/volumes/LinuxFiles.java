package cloud.zansoc.host.volumes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What Linux does with files and Java has no call for: finding holes (lseek(2), SEEK_DATA) and
 * sharing a file's blocks with a copy (ioctl_ficlone(2)).
 */
final class LinuxFiles {
  private static final int READ_ONLY = 0;
  private static final int WRITE_ONLY = 1;
  private static final int CREATE_TRUNCATED = 0x40 | 0x200;
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int OWNER_ONLY = 0x180;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final long FICLONE = 0x40049409L;
  private static final int NO_DATA = 6; // ENXIO

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      variadic(
          "open",
          2,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
  private static final MethodHandle IOCTL =
      variadic(
          "ioctl",
          2,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle SEEK =
      call(
          "lseek",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private LinuxFiles() {}

  /** A run of a file's bytes that is no hole; {@code end} is behind its last byte. */
  record Extent(long start, long end) {}

  /** Where a file has data, in order; what lies between reads as zeros. */
  static List<Extent> data(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor = open(arena, state, file, READ_ONLY);
      try {
        List<Extent> extents = new ArrayList<>();
        for (long at = 0; ; ) {
          long start = (long) SEEK.invokeExact(state, descriptor, at, SEEK_DATA);
          if (start < 0 && (int) ERRNO.get(state, 0L) == NO_DATA) {
            return extents;
          }
          long end = start < 0 ? -1 : (long) SEEK.invokeExact(state, descriptor, start, SEEK_HOLE);
          if (end < 0) {
            throw failed("finding the data of", file, state);
          }
          extents.add(new Extent(start, end));
          at = end;
        }
      } finally {
        close(state, descriptor);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Makes {@code copy} a file with the content of {@code file} at this moment, whose blocks both
   * share.
   *
   * @return false where this file system cannot
   */
  static boolean share(Path file, Path copy) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int from = open(arena, state, file, READ_ONLY);
      try {
        int to = open(arena, state, copy, WRITE_ONLY | CREATE_TRUNCATED);
        try {
          return (int) IOCTL.invokeExact(state, to, FICLONE, from) == 0;
        } finally {
          close(state, to);
        }
      } finally {
        close(state, from);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int open(Arena arena, MemorySegment state, Path file, int flags) throws Throwable {
    int descriptor =
        (int)
            OPEN.invokeExact(
                state, arena.allocateFrom(file.toString()), flags | CLOSE_ON_EXEC, OWNER_ONLY);
    if (descriptor < 0) {
      throw failed("opening", file, state);
    }
    return descriptor;
  }

  private static void close(MemorySegment state, int descriptor) throws Throwable {
    int result = (int) CLOSE.invokeExact(state, descriptor);
    assert result == 0;
  }

  private static IOException failed(String action, Path file, MemorySegment state) {
    return new IOException(
        "%s %s failed with error %d".formatted(action, file, (int) ERRNO.get(state, 0L)));
  }

  /** Only what the calls above throw can come here. */
  private static IOException unexpected(Throwable failure) {
    return failure instanceof IOException io ? io : new IOException(failure);
  }

  private static MethodHandle call(String name, FunctionDescriptor type) {
    return handle(name, type, Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(String name, int fixed, FunctionDescriptor type) {
    return handle(
        name, type, Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(fixed));
  }

  /** Every JVM of ours is started with native access; a call that is wrong fails in its test. */
  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    return linker.downcallHandle(library.findOrThrow(name), type, options);
  }
}
