package cloud.zansoc.compute.hub;

import cloud.zansoc.compute.api.VolumeSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which snapshots of a volume stay: the newest {@value #NEWEST}, the newest of each hour of the
 * last day, the newest of each day of the last week, and those that are kept by hand.
 */
final class SnapshotRetention {
  static final int NEWEST = 8;
  private static final Duration HOURLY = Duration.ofDays(1);
  private static final Duration DAILY = Duration.ofDays(7);

  private SnapshotRetention() {}

  static List<VolumeSnapshot> retained(List<VolumeSnapshot> snapshots, Instant now) {
    List<VolumeSnapshot> newestFirst =
        snapshots.stream()
            .sorted(Comparator.comparingLong(VolumeSnapshot::number).reversed())
            .toList();
    Set<Long> hours = new HashSet<>();
    Set<Long> days = new HashSet<>();
    List<VolumeSnapshot> retained = new ArrayList<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      VolumeSnapshot snapshot = newestFirst.get(i);
      Duration age = Duration.between(snapshot.taken(), now);
      boolean ofItsHour = hours.add(snapshot.taken().getEpochSecond() / 3600);
      boolean ofItsDay = days.add(snapshot.taken().getEpochSecond() / 86_400);
      if (i < NEWEST
          || snapshot.kept()
          || (ofItsHour && age.compareTo(HOURLY) < 0)
          || (ofItsDay && age.compareTo(DAILY) < 0)) {
        retained.add(snapshot);
      }
    }
    return retained;
  }
}
