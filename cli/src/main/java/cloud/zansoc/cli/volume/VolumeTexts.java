package cloud.zansoc.cli.volume;

import cloud.zansoc.base.Durations;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Volumes as text. Pure. */
public final class VolumeTexts {
  /** The columns of {@link #row}. */
  static final List<String> HEADERS =
      List.of(
          "VOLUME",
          ">SIZE",
          ">CONTENT",
          ">STORED",
          ">SNAPSHOTS",
          ">LAST",
          ">SAFE UNTIL",
          "USED BY",
          "HOST");

  private VolumeTexts() {}

  /** One line of the table; what is unknown is a hyphen. */
  static List<String> row(VolumeView volume, Instant now) {
    Optional<VolumeSnapshot> newest = volume.snapshots().stream().findFirst();
    return List.of(
        volume.name(),
        volume.size().toString(),
        newest.map(its -> its.content().toString()).orElse("-"),
        volume.stored().toString(),
        Integer.toString(volume.snapshots().size()),
        newest.map(its -> ago(its.taken(), now)).orElse("-"),
        volume
            .use()
            .map(use -> use.safeUntil().map(until -> ago(until, now)).orElse("never"))
            .orElse("all"),
        volume.use().map(VolumeView.Use::instance).orElse("-"),
        volume.use().map(VolumeView.Use::host).orElse("-"));
  }

  /**
   * What is lost if the host of a volume that is in use died now, and at most ever: "last snapshot
   * 40 s ago, every 60s: what is younger than 12 s is lost when its host dies".
   */
  public static String safety(VolumeView volume, Instant now) {
    return volume
        .use()
        .map(use ->
            "%s, every %s: %s"
                .formatted(
                    volume.snapshots().stream()
                        .findFirst()
                        .map(newest -> "last snapshot " + ago(newest.taken(), now))
                        .orElse("no snapshot yet"),
                    Durations.text(use.snapshotEvery()),
                    use.safeUntil()
                        .map(until ->
                            "if its host died now, what was written in the last %s would be lost"
                                .formatted(time(until, now)))
                        .orElse("if its host died now, all would be lost")))
        .orElse("not in use: nothing can be lost");
  }

  private static String ago(Instant at, Instant now) {
    return time(at, now) + " ago";
  }

  private static String time(Instant from, Instant to) {
    Duration time = Duration.between(from, to);
    if (time.toDays() > 0) {
      return time.toDays() + " d";
    }
    if (time.toHours() > 0) {
      return time.toHours() + " h";
    }
    return time.toMinutes() > 9 ? time.toMinutes() + " min" : Math.max(0, time.toSeconds()) + " s";
  }
}
