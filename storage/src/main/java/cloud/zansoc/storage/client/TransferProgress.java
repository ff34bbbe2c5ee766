package cloud.zansoc.storage.client;

/** Hears how a transfer goes; called from many threads, must not block. */
@FunctionalInterface
public interface TransferProgress {
  /** Hears nothing. */
  TransferProgress NONE = bytes -> {};

  /** {@code bytes} more of the object are durable (upload) or delivered (download). */
  void moved(long bytes);
}
