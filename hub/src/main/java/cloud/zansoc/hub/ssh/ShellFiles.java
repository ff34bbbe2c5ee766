package cloud.zansoc.hub.ssh;

import static cloud.zansoc.hub.ssh.InstanceShell.quote;
import static cloud.zansoc.hub.ssh.InstanceShell.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of an instance through its shell. What is small goes through one shell that stays; what
 * is large through a command of its own, whose input or output is the file. The image needs a POSIX
 * shell, and stat, find, head, tail, cat, dd and base64, as every Linux distribution and BusyBox
 * have them. Paths are absolute, and bytes: one for each char. For one thread.
 */
final class ShellFiles {
  /** What is read with the opening of a file, and written with its closing. */
  static final int SMALL_BYTES = 64 << 10;

  private final InstanceShell shell;
  private final Commands commands;

  /** Runs commands of their own in the instance. */
  interface Commands {
    /** Starts a script. */
    ExecPipe start(String script);

    /** Ends one, if it still runs. */
    void end(ExecPipe pipe);
  }

  ShellFiles(InstanceShell shell, Commands commands) {
    this.shell = shell;
    this.commands = commands;
  }

  /** Where relative paths begin. */
  String home() throws IOException, SftpFailure {
    return line(shell.run("cd 2>/dev/null || cd /; pwd -P"));
  }

  /** The path without links and dots; as it is where it leads nowhere yet. */
  String realPath(String path) throws IOException {
    try {
      String real = line(shell.run("readlink -f -- " + quote(path)));
      return real.isEmpty() ? path : real;
    } catch (SftpFailure e) {
      return path;
    }
  }

  FileAttributes attributes(String path, boolean followLinks) throws IOException, SftpFailure {
    return FileAttributes.parse(
        text(
            shell.run(
                "stat %s -c '%s' -- %s"
                    .formatted(followLinks ? "-L" : "", FileAttributes.FORMAT, quote(path)))));
  }

  /** What is in a folder, "." and ".." too. */
  Map<String, FileAttributes> list(String path) throws IOException, SftpFailure {
    String itself = (path.equals("/") ? "" : path) + "/.";
    String format = quote("%n//" + FileAttributes.FORMAT);
    String output =
        text(
            shell.run(
                "stat -c %s -- %s && find %s -maxdepth 1 -exec stat -c %s -- {} +"
                    .formatted(format, quote(itself + "."), quote(itself), format)));
    Map<String, FileAttributes> entries = new LinkedHashMap<>();
    for (int at = 0; at < output.length(); ) {
      int name = at + itself.length();
      int slashes = output.indexOf("//", name);
      int end = slashes < 0 ? -1 : output.indexOf('\n', slashes);
      if (end < 0) {
        throw new SftpFailure(SftpFailure.FAILURE, "the image's stat or find is of another kind");
      }
      String found = output.substring(name, slashes);
      entries.put(
          found.startsWith("/") ? found.substring(1) : "." + found,
          FileAttributes.parse(output.substring(slashes + 2, end)));
      at = end + 1;
    }
    return entries;
  }

  String target(String link) throws IOException, SftpFailure {
    return line(shell.run("readlink -- " + quote(link)));
  }

  void makeFolder(String path, String mode) throws IOException, SftpFailure {
    shell.run("mkdir -m %s -- %s".formatted(mode, quote(path)));
  }

  void removeFolder(String path) throws IOException, SftpFailure {
    shell.run("rmdir -- " + quote(path));
  }

  void remove(String path) throws IOException, SftpFailure {
    shell.run("rm -- " + quote(path));
  }

  /** Gives a file another name; with {@code replace} in place of what has it now. */
  void rename(String from, String to, boolean replace) throws IOException, SftpFailure {
    String check =
        replace
            ? "if [ -d %1$s ] && [ ! -L %1$s ]; then rmdir -- %1$s || exit 1; fi; "
            : "if [ -e %1$s ] || [ -L %1$s ]; then echo 'File exists' >&2; exit 1; fi; ";
    shell.run(check.formatted(quote(to)) + "mv -f -- %s %s".formatted(quote(from), quote(to)));
  }

  /** A link to {@code target}, symbolic or not. */
  void link(String target, String path, boolean symbolic) throws IOException, SftpFailure {
    shell.run("ln %s -- %s %s".formatted(symbolic ? "-s" : "", quote(target), quote(path)));
  }

  /** Changes what a file is, by chmod, chown, truncate and touch. */
  void change(String path, List<String> commandsBeforePath) throws IOException, SftpFailure {
    List<String> all = new ArrayList<>();
    commandsBeforePath.forEach(command -> all.add(command + " -- " + quote(path)));
    if (!all.isEmpty()) {
      shell.run(String.join(" && ", all));
    }
  }

  /** Opens a file for reading. */
  Reading read(String path) throws IOException, SftpFailure {
    // Redirected first, so that what cannot be opened is told from what cannot be encoded.
    byte[] answer =
        shell.run(
            "exec 4< %1$s || exit 1; [ ! -d %1$s ] || { echo 'Is a directory' >&2; exit 1; }; head -c %2$d <&4 | base64"
                .formatted(quote(path), SMALL_BYTES + 1));
    return new Reading(path, Base64.getMimeDecoder().decode(answer));
  }

  /**
   * Opens a file for writing.
   *
   * @param how the shell's redirection that opens it, once
   * @param mode of a new file
   */
  Writing write(String path, String how, boolean appending, String mode)
      throws IOException, SftpFailure {
    shell.run(
        "[ -e %1$s ] || new=1; %2$s || exit 1; [ -z \"$new\" ] || chmod %3$s -- %1$s"
            .formatted(quote(path), how.formatted(quote(path)), mode));
    return new Writing(path, appending);
  }

  private static String line(byte[] output) {
    String line = text(output);
    return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
  }

  /** A script with a path in it whose bytes need not be UTF-8; the path is in $p there. */
  private static String withPath(String path, String script) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean plain = c == '/' || c == '.' || (c < 128 && Character.isLetterOrDigit(c));
      escaped.append(plain ? String.valueOf(c) : "\\%03o".formatted((int) c));
    }
    return "p=$(printf '%s.'); p=${p%%.}; %s".formatted(escaped, script);
  }

  /** A file that is read. */
  final class Reading {
    private final String path;
    private final byte[] beginning;
    private @Nullable ExecPipe pipe;
    private InputStream rest = InputStream.nullInputStream();
    private long position;

    private Reading(String path, byte[] beginning) {
      this.path = path;
      this.beginning = beginning;
    }

    /** So many bytes from there; fewer at the file's end, and none behind it. */
    byte[] read(long offset, int count) throws IOException, SftpFailure {
      if (offset < beginning.length || isWhole()) {
        int from = (int) Math.min(offset, beginning.length);
        byte[] start =
            Arrays.copyOfRange(beginning, from, Math.min(from + count, beginning.length));
        if (start.length == count || isWhole()) {
          return start;
        }
        byte[] more = stream(beginning.length, count - start.length);
        byte[] both = Arrays.copyOf(start, start.length + more.length);
        System.arraycopy(more, 0, both, start.length, more.length);
        return both;
      }
      return stream(offset, count);
    }

    void close() {
      if (pipe != null) {
        commands.end(pipe);
      }
      pipe = null;
    }

    private boolean isWhole() {
      return beginning.length <= SMALL_BYTES;
    }

    private byte[] stream(long offset, int count) throws IOException, SftpFailure {
      if (pipe == null || offset != position) {
        close();
        ExecPipe started =
            commands.start(withPath(path, "exec tail -c +%d -- \"$p\"".formatted(offset + 1)));
        pipe = started;
        rest = started.stdout();
        position = offset;
      }
      byte[] bytes = rest.readNBytes(count);
      position += bytes.length;
      if (bytes.length < count && pipe.awaitExit() != 0) {
        throw SftpFailure.ofErrors(pipe.errors());
      }
      return bytes;
    }
  }

  /** A file that is written. */
  final class Writing {
    private final String path;
    private final boolean appending;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private long position;
    private @Nullable ExecPipe pipe;
    private OutputStream rest = OutputStream.nullOutputStream();

    private Writing(String path, boolean appending) {
      this.path = path;
      this.appending = appending;
    }

    /** Writes bytes there; what cannot be written may be told only by {@link #flush}. */
    void write(long offset, byte[] bytes) throws IOException, SftpFailure {
      if (!appending && offset != position + held.size()) {
        flush();
        position = offset;
      }
      if (pipe == null && held.size() + bytes.length <= SMALL_BYTES) {
        held.writeBytes(bytes);
        return;
      }
      if (pipe == null) {
        ExecPipe started = commands.start(withPath(path, place("\"$p\"")));
        pipe = started;
        rest = started.stdin();
        send(held.toByteArray());
        position += held.size();
        held.reset();
      }
      send(bytes);
      position += bytes.length;
    }

    /** Returns when all is written. */
    void flush() throws IOException, SftpFailure {
      ExecPipe running = pipe;
      if (running != null) {
        pipe = null;
        rest.close();
        int code = running.awaitExit();
        commands.end(running);
        if (code != 0) {
          throw SftpFailure.ofErrors(running.errors());
        }
      } else if (held.size() > 0) {
        String encoded =
            new String(Base64.getEncoder().encode(held.toByteArray()), StandardCharsets.US_ASCII);
        String place = place(quote(path));
        position += held.size();
        held.reset();
        shell.run("printf %%s %s | base64 -d | %s".formatted(encoded, place));
      }
    }

    void close() throws IOException, SftpFailure {
      try {
        flush();
      } finally {
        if (pipe != null) {
          commands.end(pipe);
        }
      }
    }

    String path() {
      return path;
    }

    private void send(byte[] bytes) throws IOException, SftpFailure {
      try {
        rest.write(bytes);
      } catch (IOException e) {
        ExecPipe broken = pipe;
        pipe = null;
        if (broken != null && broken.awaitExit() != 0) {
          throw SftpFailure.ofErrors(broken.errors());
        }
        throw e;
      }
    }

    /** The command that writes its input to the file from the position on. */
    private String place(String quoted) {
      if (appending) {
        return "cat >> " + quoted;
      }
      // dd moves the file's offset, which the shell's descriptor and cat share with it.
      String move =
          position == 0
              ? ""
              : "dd bs=1 count=0 seek=%d conv=notrunc 2>/dev/null </dev/null; ".formatted(position);
      return "{ %scat; } 1<> %s".formatted(move, quoted);
    }
  }
}
