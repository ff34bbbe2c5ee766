/**
 * The words that every module shares: ids, digests, sizes, money, error codes and limits.
 *
 * <p>Pure values only: no I/O, no threads, no dependencies. Everything here is immutable and safe
 * to share between threads.
 */
@NullMarked
package cloud.zansoc.base;

import org.jspecify.annotations.NullMarked;
