package cloud.zansoc.hub.ssh;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What a file is.
 *
 * @param mode type and permissions, as stat has them
 * @param accessed seconds since 1970, as modified
 */
record FileAttributes(int mode, long size, int user, int group, long accessed, long modified) {
  /** The format of stat -c that {@link #parse} reads. */
  static final String FORMAT = "%f %s %u %g %X %Y";

  private static final int TYPE = 0170000;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter LONG_AGO =
      DateTimeFormatter.ofPattern("MMM ppd  yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final long HALF_A_YEAR_SECONDS = 182L * 86_400;

  static FileAttributes parse(String line) throws SftpFailure {
    String[] fields = line.strip().split(" ", -1);
    try {
      return new FileAttributes(
          Integer.parseInt(fields[0], 16),
          Long.parseLong(fields[1]),
          Integer.parseUnsignedInt(fields[2]),
          Integer.parseUnsignedInt(fields[3]),
          Long.parseLong(fields[4]),
          Long.parseLong(fields[5]));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new SftpFailure(SftpFailure.FAILURE, "the image's stat says: " + line.strip());
    }
  }

  /** As a line of ls -l. */
  String line(String name, Instant now) {
    Instant time = Instant.ofEpochSecond(modified);
    boolean recent = Math.abs(now.getEpochSecond() - modified) < HALF_A_YEAR_SECONDS;
    return "%s    1 %-8s %-8s %8d %s %s"
        .formatted(
            permissions(),
            Integer.toUnsignedString(user),
            Integer.toUnsignedString(group),
            size,
            (recent ? DAY : LONG_AGO).format(time),
            name);
  }

  private String permissions() {
    StringBuilder text = new StringBuilder().append(type());
    for (int shift = 6; shift >= 0; shift -= 3) {
      int bits = mode >> shift;
      text.append((bits & 4) == 0 ? '-' : 'r').append((bits & 2) == 0 ? '-' : 'w');
      text.append((bits & 1) == 0 ? '-' : 'x');
    }
    return text.toString();
  }

  private char type() {
    return switch (mode & TYPE) {
      case 0040000 -> 'd';
      case 0120000 -> 'l';
      case 0020000 -> 'c';
      case 0060000 -> 'b';
      case 0010000 -> 'p';
      case 0140000 -> 's';
      default -> '-';
    };
  }
}
