package cloud.zansoc.host;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hours in which a host takes something new, in the machine's local time. Text: {@code always},
 * or windows parted by semicolons, each with the days on which it begins, if not every day: {@code
 * 22:00-06:00}, {@code mon-fri 18:00-08:00; sat,sun 00:00-24:00}. A window that ends before it
 * begins goes on into the next day.
 *
 * @param windows open when any of them is; none means always
 */
public record Schedule(List<Window> windows) {
  /** Open at every hour. */
  public static final Schedule ALWAYS = new Schedule(List.of());

  private static final int MINUTES_A_DAY = 24 * 60;
  private static final int MINUTES_A_WEEK = 7 * MINUTES_A_DAY;
  private static final Pattern WINDOW =
      Pattern.compile("(?:([a-z,\\-]+) )?([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})");

  public Schedule {
    windows = List.copyOf(windows);
  }

  /**
   * Hours of some days.
   *
   * @param days on which it begins
   * @param from minute of the day, 0 to 1439
   * @param to minute of the day, 0 to 1440; at or before {@code from}, it is one of the next day
   */
  public record Window(Set<DayOfWeek> days, int from, int to) {
    public Window {
      days = Set.copyOf(days);
      if (days.isEmpty() || from < 0 || from >= MINUTES_A_DAY || to < 0 || to > MINUTES_A_DAY) {
        throw new IllegalArgumentException("a window from minute " + from + " to " + to);
      }
    }

    private boolean contains(int minuteOfWeek) {
      int length = to > from ? to - from : to - from + MINUTES_A_DAY;
      for (DayOfWeek day : days) {
        int begins = (day.getValue() - 1) * MINUTES_A_DAY + from;
        if (Math.floorMod(minuteOfWeek - begins, MINUTES_A_WEEK) < length) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String toString() {
      String hours = clock(from) + "-" + clock(to);
      if (days.size() == DayOfWeek.values().length) {
        return hours;
      }
      List<String> names = days.stream().sorted().map(Window::dayText).toList();
      return String.join(",", names) + " " + hours;
    }

    private static String dayText(DayOfWeek day) {
      return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static String clock(int minute) {
      return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
    }
  }

  /**
   * Parses the text form.
   *
   * @throws IllegalArgumentException that says what is accepted
   */
  public static Schedule parse(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT);
    if (plain.isEmpty() || plain.equals("always")) {
      return ALWAYS;
    }
    List<Window> windows = new ArrayList<>();
    for (String part : plain.split(";", -1)) {
      windows.add(parseWindow(part.strip().replaceAll("\\s+", " "), text));
    }
    return new Schedule(windows);
  }

  /** Whether something new is taken at this local time. */
  public boolean isOpen(LocalDateTime at) {
    if (windows.isEmpty()) {
      return true;
    }
    int minute =
        (at.getDayOfWeek().getValue() - 1) * MINUTES_A_DAY + at.getHour() * 60 + at.getMinute();
    return windows.stream().anyMatch(window -> window.contains(minute));
  }

  /** For people and for {@link #parse}. */
  @Override
  public String toString() {
    return windows.isEmpty()
        ? "always"
        : String.join("; ", windows.stream().map(Window::toString).toList());
  }

  private static Window parseWindow(String part, String text) {
    Matcher matcher = WINDOW.matcher(part);
    if (!matcher.matches()) {
      throw invalid(text);
    }
    int from = minute(matcher.group(2), matcher.group(3), text);
    int to = minute(matcher.group(4), matcher.group(5), text);
    String days = matcher.group(1);
    if (from == MINUTES_A_DAY) {
      throw invalid(text);
    }
    return new Window(
        days == null ? EnumSet.allOf(DayOfWeek.class) : parseDays(days, text), from, to);
  }

  private static int minute(String hour, String minute, String text) {
    int minutes = Integer.parseInt(hour) * 60 + Integer.parseInt(minute);
    if (Integer.parseInt(minute) > 59 || minutes > MINUTES_A_DAY) {
      throw invalid(text);
    }
    return minutes;
  }

  private static Set<DayOfWeek> parseDays(String days, String text) {
    EnumSet<DayOfWeek> set = EnumSet.noneOf(DayOfWeek.class);
    for (String range : days.split(",", -1)) {
      String[] ends = range.split("-", -1);
      if (ends.length > 2) {
        throw invalid(text);
      }
      DayOfWeek day = day(ends[0], text);
      DayOfWeek last = day(ends[ends.length - 1], text);
      set.add(day);
      while (day != last) {
        day = day.plus(1);
        set.add(day);
      }
    }
    return set;
  }

  private static DayOfWeek day(String name, String text) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (name.length() >= 3 && day.name().toLowerCase(Locale.ROOT).startsWith(name)) {
        return day;
      }
    }
    throw invalid(text);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a schedule; write for example always, 22:00-06:00"
            + " or mon-fri 18:00-08:00; sat,sun 00:00-24:00");
  }
}
