package cloud.zansoc.hub.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A POSIX shell in an instance that runs one script after another, and tells outputs, errors and
 * exit codes of each apart. Scripts and paths are bytes, one for each char. For one thread.
 */
final class InstanceShell {
  /** The most that a script may write. */
  static final int MOST_BYTES = 64 << 20;

  private static final int CHUNK_BYTES = 64 << 10;

  private final OutputStream in;
  private final InputStream out;
  private final byte[] end;
  private final byte[] verdict;

  /**
   * Takes over a shell that reads its standard input.
   *
   * @param out from where nothing was read that the shell answers
   */
  InstanceShell(OutputStream in, InputStream out) throws IOException {
    this.in = in;
    this.out = out;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String mark = HexFormat.of().formatHex(random);
    end = bytes("\n" + mark + "\n");
    verdict = bytes("\n" + mark + " ");
    send(
        """
        LC_ALL=C; export LC_ALL
        z() { { e=$( { eval "$1"; } 2>&1 1>&3 3>&- </dev/null); s=$?; } 3>&1; \
        printf '\\n%%s %%d %%s\\n%%s\\n' %s "$s" "$e" %s; }
        """
            .formatted(mark, mark));
  }

  /** Runs a script; what it wrote. Fails where it exits with another code than 0. */
  byte[] run(String script) throws IOException, SftpFailure {
    send("z " + quote(script) + "\n");
    byte[] answer = readToEnd();
    int at = lastIndexOf(answer, verdict);
    if (at < 0) {
      throw new IOException("the instance's shell does not do as told");
    }
    String[] said =
        text(Arrays.copyOfRange(answer, at + verdict.length, answer.length - end.length))
            .split(" ", 2);
    if (!said[0].equals("0")) {
      throw SftpFailure.ofErrors(said[1]);
    }
    return Arrays.copyOf(answer, at);
  }

  /** A word that no shell takes apart. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** The bytes of a text whose chars are bytes. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The text whose chars are these bytes. */
  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void send(String text) throws IOException {
    in.write(bytes(text));
    in.flush();
  }

  private byte[] readToEnd() throws IOException, SftpFailure {
    Answer answer = new Answer();
    byte[] chunk = new byte[CHUNK_BYTES];
    boolean tooLong = false;
    while (!answer.endsWith(end)) {
      int count = out.read(chunk);
      if (count < 0) {
        throw new IOException("the instance's shell has ended");
      }
      if (answer.size() > MOST_BYTES) {
        tooLong = true;
        answer.keepLast(end.length);
      }
      answer.write(chunk, 0, count);
    }
    if (tooLong) {
      throw new SftpFailure(SftpFailure.FAILURE, "the answer is too long");
    }
    return answer.toByteArray();
  }

  private static int lastIndexOf(byte[] bytes, byte[] wanted) {
    for (int at = bytes.length - wanted.length; at >= 0; at--) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  /** Bytes whose end can be looked at without a copy. */
  private static final class Answer extends ByteArrayOutputStream {
    boolean endsWith(byte[] wanted) {
      return count >= wanted.length
          && Arrays.equals(buf, count - wanted.length, count, wanted, 0, wanted.length);
    }

    void keepLast(int bytes) {
      System.arraycopy(buf, count - bytes, buf, 0, bytes);
      count = bytes;
    }
  }
}
