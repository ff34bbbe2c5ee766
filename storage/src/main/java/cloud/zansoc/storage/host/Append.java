package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A record on its way into the log, and somebody who waits until it is durable. */
final class Append {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final LogRecord.Kind kind;
  private final ShardId shard;
  private final Digest digest;
  private final ByteBuffer block;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private Append(LogRecord.Kind kind, ShardId shard, Digest digest, ByteBuffer block) {
    this.kind = kind;
    this.shard = shard;
    this.digest = digest;
    this.block = block;
  }

  /** The bytes of {@code block} must not change until the record is durable. */
  static Append block(ShardId shard, Digest digest, ByteBuffer block) {
    return new Append(LogRecord.Kind.BLOCK, shard, digest, block.slice());
  }

  static Append reference(ShardId shard, Digest digest) {
    return new Append(LogRecord.Kind.REFERENCE, shard, digest, NOTHING);
  }

  static Append forget(ShardId shard) {
    return new Append(LogRecord.Kind.FORGET, shard, LogRecord.NO_DIGEST, NOTHING);
  }

  LogRecord.Kind kind() {
    return kind;
  }

  ShardId shard() {
    return shard;
  }

  ByteBuffer block() {
    return block.duplicate();
  }

  long diskBytes() {
    return LogRecord.diskBytes(block.remaining());
  }

  LogRecord at(long offset, long durable) {
    return new LogRecord(kind, block.remaining(), offset, durable, shard, digest);
  }

  void succeed() {
    done.complete(null);
  }

  void fail(ZansocException failure) {
    done.completeExceptionally(failure);
  }

  /**
   * Waits until the record is durable and in the index. An interrupt does not end the wait, since
   * the writer reads the caller's buffer; it stays set.
   */
  void await() {
    try {
      done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ZansocException failure) {
        throw Failures.again(failure);
      }
      throw e;
    }
  }
}
