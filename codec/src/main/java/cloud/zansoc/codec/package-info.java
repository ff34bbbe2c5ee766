/**
 * The pure data path: what bytes become before they leave a client, and how they come back.
 *
 * <p>Encryption ({@code crypto}), erasure code ({@code erasure}), content addresses and UnixFS
 * ({@code cid}), and the signed and stored formats ({@code format}, specified in docs/format).
 * Nothing here does I/O, starts a thread or reads a clock.
 */
@NullMarked
package cloud.zansoc.codec;

import org.jspecify.annotations.NullMarked;
