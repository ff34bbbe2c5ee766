package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.host.Schedule.Window;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {
  private static final LocalDateTime MONDAY = LocalDateTime.of(2026, 3, 2, 0, 0);

  @Test
  void isOpen_randomSchedules_equalsTheNaiveCalendarMinuteByMinute() {
    long seed = Long.getLong("zansoc.seed", System.nanoTime());
    System.out.println("ScheduleTest seed: -Dzansoc.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      List<Window> windows = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        windows.add(randomWindow(random));
      }
      boolean[] naive = naiveWeek(windows);
      Schedule schedule = Schedule.parse(new Schedule(windows).toString());
      for (int minute = 0; minute < naive.length; minute++) {
        assertThat(schedule.isOpen(MONDAY.plusMinutes(minute)))
            .as("%s at minute %d of the week", schedule, minute)
            .isEqualTo(naive[minute]);
      }
    }
  }

  private static Window randomWindow(Random random) {
    Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)));
    while (random.nextInt(3) > 0) {
      days.add(DayOfWeek.of(1 + random.nextInt(7)));
    }
    int from = random.nextBoolean() ? random.nextInt(24) * 60 : random.nextInt(1440);
    int to = random.nextBoolean() ? random.nextInt(25) * 60 : random.nextInt(1441);
    return new Window(days, from, to);
  }

  /** Walks each window minute by minute on the clock's face, day after day. */
  private static boolean[] naiveWeek(List<Window> windows) {
    boolean[] open = new boolean[7 * 1440];
    for (Window window : windows) {
      for (DayOfWeek first : window.days()) {
        int day = first.getValue() - 1;
        int minute = window.from();
        do {
          open[day * 1440 + minute] = true;
          minute++;
          if (minute == 1440 && window.to() != 1440) {
            minute = 0;
            day = day == 6 ? 0 : day + 1;
          }
        } while (minute != window.to());
      }
    }
    return open;
  }

  @Test
  void parse_overnightOnWeekdays_goesOnIntoSaturday() {
    Schedule schedule = Schedule.parse("Mon-Fri 18:00-08:00");
    assertThat(schedule.isOpen(MONDAY.withHour(17).withMinute(59))).isFalse();
    assertThat(schedule.isOpen(MONDAY.withHour(18))).isTrue();
    assertThat(schedule.isOpen(MONDAY.plusDays(5).withHour(7).withMinute(59))).isTrue();
    assertThat(schedule.isOpen(MONDAY.plusDays(5).withHour(8))).isFalse();
    assertThat(schedule.isOpen(MONDAY.withHour(3))).isFalse();
  }

  @Test
  void parse_severalForms_printsOneForm() {
    assertThat(Schedule.parse("")).isEqualTo(Schedule.ALWAYS);
    assertThat(Schedule.parse(" always ")).isEqualTo(Schedule.ALWAYS);
    assertThat(Schedule.parse("22:00 - 6:00")).hasToString("22:00-06:00");
    assertThat(Schedule.parse("saturday-mon,wed  1:30-2:00; 23:00-24:00"))
        .hasToString("mon,wed,sat,sun 01:30-02:00; 23:00-24:00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sometimes",
        "25:00-26:00",
        "10:60-11:00",
        "24:00-01:00",
        "10:00",
        "mon-",
        "mo 10:00-11:00",
        "mon-tue-wed 10:00-11:00",
        "10:00-11:00;",
        "funday 10:00-11:00"
      })
  void parse_wrongText_saysWhatIsAccepted(String text) {
    assertThatThrownBy(() -> Schedule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mon-fri 18:00-08:00");
  }
}
