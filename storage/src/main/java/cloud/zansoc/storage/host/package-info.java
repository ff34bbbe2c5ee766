/**
 * What the host does: keep blocks, prove them, serve them under permits.
 *
 * <p>The truth for which blocks of which shards this machine keeps. {@link BlockStore} is the
 * append-only log with its index, {@link HostBlockService} serves it under permits, {@link
 * ReceiptLog} keeps the receipts until the hub has them. docs/format/block-store.md gives the bytes
 * on disk, docs/operations/block-store.md says what to do on damage and on a full disk.
 *
 * <p>All file access goes through {@link Disk}, so that tests can cut the power. No SQL, no JSON,
 * no network here.
 */
@NullMarked
package cloud.zansoc.storage.host;

import org.jspecify.annotations.NullMarked;
