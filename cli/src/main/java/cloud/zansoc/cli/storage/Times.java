package cloud.zansoc.cli.storage;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** How commands show a moment to people: in their time zone, to the second. */
public final class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private Times() {}

  /** The moment as text. */
  public static String text(Instant instant) {
    return FORMAT.format(instant);
  }
}
