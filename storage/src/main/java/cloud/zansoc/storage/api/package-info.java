/** What client and hub exchange over the API, as JSON. */
@NullMarked
package cloud.zansoc.storage.api;

import org.jspecify.annotations.NullMarked;
