/** What the host does: keep blocks, prove them, serve them under permits. */
@NullMarked
package cloud.zansoc.storage.host;

import org.jspecify.annotations.NullMarked;
