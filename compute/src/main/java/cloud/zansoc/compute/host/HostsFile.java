package cloud.zansoc.compute.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The /etc/hosts of an instance, which its engine mounted there from a file of its own, and a block
 * of lines of ours in it. The file is changed where it lies on this machine, never by its path
 * inside the instance: there a program could have put a link in its way. It stays the same file, as
 * a mount shows one file and not a name.
 */
final class HostsFile {
  private static final String BEGIN = "# private network: begin";
  private static final String END = "# private network: end";
  private static final String INSIDE = "/etc/hosts";

  /** What a program inside made longer than this begins anew. */
  private static final int MOST_BYTES = 1 << 20;

  private final Path file;

  private HostsFile(Path file) {
    this.file = file;
  }

  /** That of the instance with this first process; none where its engine mounted none. */
  static Optional<HostsFile> of(long process) throws IOException {
    List<Mount> here = mounts(Path.of("/proc/self/mountinfo"));
    Path seen = Path.of("/proc", Long.toString(process), "root", INSIDE);
    return mounts(Path.of("/proc", Long.toString(process), "mountinfo")).stream()
        .filter(mount -> mount.point().equals(INSIDE))
        .reduce((under, over) -> over)
        .flatMap(inside ->
            here.stream()
                .flatMap(mount -> mount.find(inside).stream())
                // Another mount may lie over the one that it was found under.
                .filter(found -> isSame(found, seen))
                .findFirst())
        .map(HostsFile::new);
  }

  private static boolean isSame(Path found, Path seen) {
    try {
      return Files.isRegularFile(found) && Files.isSameFile(found, seen);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Has the file name these addresses, and of ours no others.
   *
   * @param names to addresses
   */
  void set(Map<String, String> names) throws IOException {
    byte[] before = read();
    byte[] after =
        with(new String(before, StandardCharsets.UTF_8), names).getBytes(StandardCharsets.UTF_8);
    if (Arrays.equals(before, after)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(after);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.truncate(after.length);
    }
  }

  private byte[] read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] read = in.readNBytes(MOST_BYTES + 1);
      return read.length > MOST_BYTES ? new byte[0] : read;
    }
  }

  /** Ours come first, so that an instance's own name is its address in the network. */
  static String with(String before, Map<String, String> names) {
    StringBuilder text = new StringBuilder();
    if (!names.isEmpty()) {
      Map<String, List<String>> byAddress =
          names.entrySet().stream()
              .collect(
                  Collectors.groupingBy(
                      Map.Entry::getValue,
                      TreeMap::new,
                      Collectors.mapping(
                          Map.Entry::getKey,
                          Collectors.collectingAndThen(
                              Collectors.toList(), all -> all.stream().sorted().toList()))));
      text.append(BEGIN).append('\n');
      byAddress.forEach((address, all) ->
          text.append(address).append('\t').append(String.join(" ", all)).append('\n'));
      text.append(END).append('\n');
    }
    boolean ours = false;
    for (String line : before.lines().toList()) {
      if (line.equals(BEGIN)) {
        ours = true;
      } else if (!ours) {
        text.append(line).append('\n');
      } else if (line.equals(END)) {
        ours = false;
      }
    }
    return text.toString();
  }

  /**
   * A mount, as proc_pid_mountinfo(5) tells it.
   *
   * @param device of the file system
   * @param root which of its files or folders is mounted
   * @param point where
   */
  record Mount(String device, String root, String point) {
    static Mount parse(String line) {
      String[] fields = line.split(" ", -1);
      return new Mount(fields[2], unescape(fields[3]), unescape(fields[4]));
    }

    /** Where a file that is mounted elsewhere lies under this mount, if it does. */
    Optional<Path> find(Mount elsewhere) {
      if (!device.equals(elsewhere.device)) {
        return Optional.empty();
      }
      Path from = Path.of(root);
      Path file = Path.of(elsewhere.root);
      if (!file.startsWith(from)) {
        return Optional.empty();
      }
      return Optional.of(Path.of(point).resolve(from.relativize(file).toString()));
    }
  }

  private static List<Mount> mounts(Path mountinfo) throws IOException {
    return Files.readString(mountinfo).lines().map(Mount::parse).toList();
  }

  /** Spaces, tabs, line ends and backslashes are three octal digits after a backslash. */
  private static String unescape(String field) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(field.charAt(i));
      }
    }
    return text.toString();
  }
}
