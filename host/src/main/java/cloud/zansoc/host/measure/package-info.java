/**
 * What a machine can do, measured in seconds: processor, memory, disk, network, graphics cards.
 *
 * <p>{@link cloud.zansoc.host.measure.MachineMeasurement} runs everything; the parsers of what the
 * system says about itself are pure. How each score is taken is told in
 * docs/reference/machine-score.md.
 */
@NullMarked
package cloud.zansoc.host.measure;

import org.jspecify.annotations.NullMarked;
