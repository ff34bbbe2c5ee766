package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Damages what a host keeps, as a failing disk would: behind the back of its running agent. */
public final class BlockDamage {
  /** The end of a file that holds no more may be zero bytes, which nobody reads. */
  private static final int EMPTY_LOG_BYTES = 4096;

  private BlockDamage() {}

  /** Turns round one byte in the middle of the host's longest log file, and names the place. */
  public static String damageOne(Path hostFolder) throws IOException {
    Path log = longestLog(hostFolder);
    long offset = Files.size(log) / 2;
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      one.put(0, (byte) ~one.get(0)).flip();
      channel.write(one, offset);
    }
    return "byte " + offset + " of " + hostFolder.relativize(log);
  }

  /** Whether there is something to damage. */
  public static boolean holdsBlocks(Path hostFolder) throws IOException {
    return logs(hostFolder).stream().anyMatch(log -> log.toFile().length() > EMPTY_LOG_BYTES);
  }

  private static Path longestLog(Path hostFolder) throws IOException {
    return logs(hostFolder).stream()
        .max(Comparator.comparingLong(log -> log.toFile().length()))
        .orElseThrow(
            () -> new ZansocException(ErrorCode.NOT_FOUND, "no blocks lie in " + hostFolder));
  }

  private static List<Path> logs(Path hostFolder) throws IOException {
    try (Stream<Path> files = Files.walk(hostFolder)) {
      return files.filter(file -> file.toString().endsWith(".log")).toList();
    }
  }
}
