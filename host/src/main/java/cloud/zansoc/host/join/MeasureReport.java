package cloud.zansoc.host.join;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import java.util.Optional;

/**
 * One line that a {@link MeasuringProgram} prints. Exactly one component is present.
 *
 * @param part that begins
 * @param measured the end: the result
 * @param failure the end: what hindered it
 */
record MeasureReport(
    Optional<String> part, Optional<Measured> measured, Optional<Failure> failure) {

  static MeasureReport begins(String part) {
    return new MeasureReport(Optional.of(part), Optional.empty(), Optional.empty());
  }

  static MeasureReport of(Measured measured) {
    return new MeasureReport(Optional.empty(), Optional.of(measured), Optional.empty());
  }

  static MeasureReport of(ZansocException failure) {
    return new MeasureReport(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Failure(failure.code(), String.valueOf(failure.getMessage()))));
  }

  record Failure(ErrorCode code, String message) {
    ZansocException toException() {
      return new ZansocException(code, message);
    }
  }
}
