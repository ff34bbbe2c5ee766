/** What the hub decides: placement, and which segment is in danger. */
@NullMarked
package cloud.zansoc.storage.hub;

import org.jspecify.annotations.NullMarked;
