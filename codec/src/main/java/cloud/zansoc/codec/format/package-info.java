/** What is persisted, signed or sent: versioned, and specified in docs/format. */
@NullMarked
package cloud.zansoc.codec.format;

import org.jspecify.annotations.NullMarked;
