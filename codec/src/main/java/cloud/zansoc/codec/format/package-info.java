/**
 * What is persisted, signed or sent: versioned, and specified byte by byte in docs/format.
 *
 * <p>{@link cloud.zansoc.codec.format.Manifest} and {@link cloud.zansoc.codec.format.Snapshot} are
 * sealed by their owner and opaque to all others; {@link cloud.zansoc.codec.format.SegmentIndex} is
 * addressed by its digest; {@link cloud.zansoc.codec.format.Permit}, {@link
 * cloud.zansoc.codec.format.Receipt} and {@link cloud.zansoc.codec.format.UsageReceipt} are signed;
 * {@link cloud.zansoc.codec.format.ShareLink} is text for people.
 *
 * <p>Every value has one encoding. A decoder allocates nothing for an announced length before the
 * bytes are there, and answers what is not its format with a ZansocException: INVALID_ARGUMENT or
 * UNSUPPORTED, of a permit PERMIT_INVALID, and where a key is involved WRONG_KEY or DAMAGED. A
 * format never changes: it gets a new version and a pure step from the one before. No I/O, no
 * clock; randomness is passed in.
 */
@NullMarked
package cloud.zansoc.codec.format;

import org.jspecify.annotations.NullMarked;
