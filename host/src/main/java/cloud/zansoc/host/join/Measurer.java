package cloud.zansoc.host.join;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import java.util.function.Consumer;

/** Who measures the machine when it joins. */
@FunctionalInterface
public interface Measurer {
  /**
   * Measures; blocks.
   *
   * @param progress told the name of each part as it begins, on the calling thread
   * @throws ZansocException what hindered it and what to do
   */
  Measured measure(MeasureOrder order, Consumer<String> progress);
}
