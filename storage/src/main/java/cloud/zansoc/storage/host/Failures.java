package cloud.zansoc.storage.host;

import cloud.zansoc.base.ZansocException;

/** Failures that one thread found and others are told of. */
final class Failures {
  private Failures() {}

  /** The same failure with the stack of the thread that is told, and the first as its cause. */
  static ZansocException again(ZansocException failure) {
    return new ZansocException(failure.code(), String.valueOf(failure.getMessage()), failure);
  }
}
