package cloud.zansoc.storage.client;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one host has of a segment that is being stored. Guarded by the lock of its upload. */
final class UploadColumn {
  private final HostAccess access;
  private final int stripes;
  private final BitSet stored = new BitSet();
  private final Map<Thread, Long> runningSince = new LinkedHashMap<>();
  private @Nullable String reason;

  UploadColumn(HostAccess access, int stripes) {
    this.access = access;
    this.stripes = stripes;
  }

  HostAccess access() {
    return access;
  }

  boolean alive() {
    return reason == null;
  }

  /** Why it was dropped. */
  String reason() {
    return reason == null ? "" : reason;
  }

  /** A put begins on {@code thread}; false where the column was dropped meanwhile. */
  boolean begin(Thread thread, long now) {
    if (alive()) {
      runningSince.put(thread, now);
    }
    return alive();
  }

  void stored(int stripe) {
    stored.set(stripe);
  }

  void end(Thread thread) {
    runningSince.remove(thread);
  }

  boolean has(int stripe) {
    return stored.get(stripe);
  }

  boolean isComplete() {
    return stored.cardinality() == stripes;
  }

  /** Whether a put is under way. */
  boolean isBusy() {
    return !runningSince.isEmpty();
  }

  /** Whether a put has been under way since before {@code nanos}. */
  boolean isStalled(long nanos) {
    return alive() && runningSince.values().stream().anyMatch(since -> since - nanos < 0);
  }

  /** Gives the column up and interrupts its puts; the first reason stays. */
  void drop(String why) {
    if (alive()) {
      reason = why;
    }
    runningSince.keySet().forEach(Thread::interrupt);
  }
}
