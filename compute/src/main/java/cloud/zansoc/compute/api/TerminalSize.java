package cloud.zansoc.compute.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;

/** Of a terminal, in characters. */
public record TerminalSize(int columns, int rows) {
  /** The widest and the highest one. */
  public static final int MOST = 65_535;

  public TerminalSize {
    if (columns < 1 || rows < 1 || columns > MOST || rows > MOST) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a terminal has 1 to %d columns and rows, not %d x %d".formatted(MOST, columns, rows));
    }
  }
}
