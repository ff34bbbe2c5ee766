package cloud.zansoc.storage.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import java.time.Instant;

/** How much of one permit has been used, over all connections that present it. Thread-safe. */
final class PermitUse {
  private final Permit.Signed permit;
  private long bytes;
  private int blocks;
  private long receiptedBytes;
  private long bytesAtLastLook;
  private boolean ended;
  private boolean changed;

  /** What is kept of a use over a restart. */
  record Counts(long bytes, int blocks, long receiptedBytes) {}

  PermitUse(Permit.Signed permit, Counts counts) {
    this.permit = permit;
    this.bytes = counts.bytes();
    this.blocks = counts.blocks();
    this.receiptedBytes = counts.receiptedBytes();
    this.bytesAtLastLook = bytes;
  }

  Permit permit() {
    return permit.permit();
  }

  Permit.Signed signed() {
    return permit;
  }

  /**
   * Counts a block of {@code length} bytes.
   *
   * @throws ZansocException PERMIT_EXHAUSTED, and nothing is counted
   */
  synchronized void charge(int length) {
    if (bytes + length > permit().maxBytes()) {
      throw new ZansocException(
          ErrorCode.PERMIT_EXHAUSTED,
          "the permit is for %d bytes, of which %d are used, and the block has %d: ask the hub for a new one"
              .formatted(permit().maxBytes(), bytes, length));
    }
    bytes += length;
    blocks++;
    ended = false;
    changed = true;
  }

  /** Takes back a {@link #charge} whose block was not moved. */
  synchronized void refund(int length) {
    bytes -= length;
    blocks--;
  }

  /** The client says that it has done what it wanted. */
  synchronized void end() {
    ended = true;
  }

  synchronized Counts counts() {
    return new Counts(bytes, blocks, receiptedBytes);
  }

  /** Whether the counts changed since the last time this was asked. */
  synchronized boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /** Whether a receipt is due: the use has ended, or has rested since the last time of asking. */
  synchronized boolean isReceiptDue(Instant now) {
    boolean rests = bytes == bytesAtLastLook;
    bytesAtLastLook = bytes;
    return bytes != receiptedBytes && (ended || rests || isExpired(now));
  }

  /** A receipt of {@code upTo} bytes is durable. */
  synchronized void receipted(long upTo) {
    receiptedBytes = upTo;
    changed = true;
  }

  /** Whether nothing more will come of this permit. */
  synchronized boolean isOver(Instant now) {
    return isExpired(now) && bytes == receiptedBytes;
  }

  boolean isExpired(Instant now) {
    return now.isAfter(permit().expires().plus(Limits.CLOCK_SKEW));
  }
}
