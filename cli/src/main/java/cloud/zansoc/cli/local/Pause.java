package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.time.Duration;

/** Between two looks at something that is awaited. */
final class Pause {
  private Pause() {}

  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "interrupted while waiting", e);
    }
  }
}
