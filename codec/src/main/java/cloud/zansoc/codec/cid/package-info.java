/**
 * Content addresses as IPFS has them: CIDs, the dag-pb node encoding, and the UnixFS tree over a
 * file's blocks. Written from the multiformats and IPLD specifications; equal, byte for byte, to
 * what {@code ipfs add --cid-version=1 --raw-leaves --chunker=size-262144} makes. Pure: no I/O.
 */
@NullMarked
package cloud.zansoc.codec.cid;

import org.jspecify.annotations.NullMarked;
