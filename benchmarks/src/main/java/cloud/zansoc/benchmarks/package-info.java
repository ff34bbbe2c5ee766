/**
 * Measurements: JMH benchmarks of single operations, and side-by-side programs that print the ratio
 * of two things measured in turns within one run. README.md of the module gives the commands.
 *
 * <p>Nothing in the product depends on this package. Native libraries to compare with are called
 * through the foreign-function API here and nowhere else.
 */
@NullMarked
package cloud.zansoc.benchmarks;

import org.jspecify.annotations.NullMarked;
