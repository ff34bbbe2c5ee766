package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.codec.erasure.ReedSolomon;
import cloud.zansoc.codec.erasure.StripeBuffer;
import cloud.zansoc.codec.erasure.StripeEncoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The processor's share of all transfers: bounded threads, bounded stripe memory, and the codes.
 * Thread-safe.
 */
final class Coding implements AutoCloseable {
  private final ExecutorService threads;
  private final StripeBuffers buffers;
  private final Map<List<Integer>, ReedSolomon> codes = new ConcurrentHashMap<>();

  Coding(TransferLimits limits) {
    this.threads =
        Executors.newFixedThreadPool(
            limits.codingThreads(),
            Thread.ofPlatform().name("zansoc-coding-", 0).daemon().factory());
    this.buffers = new StripeBuffers(limits.memory().bytes());
  }

  StripeBuffers buffers() {
    return buffers;
  }

  ReedSolomon code(int k, int n) {
    return codes.computeIfAbsent(List.of(k, n), pair -> new ReedSolomon(k, n));
  }

  /** Makes the blocks of a stripe whose ciphertext is in {@code buffer}. */
  List<Digest> encode(StripeBuffer buffer) {
    return new StripeEncoder(code(buffer.k(), buffer.n())).encode(buffer);
  }

  /** Runs {@code work} on one of the bounded threads. */
  void execute(Runnable work) {
    threads.execute(work);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
