/** What the client does: encrypt, encode, place, commit; find, fetch, verify, decrypt. */
@NullMarked
package cloud.zansoc.storage.client;

import org.jspecify.annotations.NullMarked;
