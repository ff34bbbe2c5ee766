package cloud.zansoc.codec.erasure;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins with the plain kernel, which is quick from the first byte, and goes over to one that is
 * faster once the JIT has compiled it.
 *
 * <p>Uncompiled vector code takes some 0.4 s before it runs at speed: longer than a short command
 * lasts. As with any purchase against rent, it is worth while once the rent paid has reached the
 * price: after {@code handover} look-ups of the plain kernel.
 */
final class WarmingKernel implements Kernel {
  private final PlainKernel first;
  private final Supplier<Kernel> second;
  private final long handover;

  /** Look-ups done so far, by all products, until the handover. */
  private final AtomicLong work = new AtomicLong();

  /**
   * @param second asked for only at the handover, so that its classes are not loaded before
   * @param handover how many look-ups the first kernel does; one serves {@link PlainKernel#LANES}
   *     targets
   */
  WarmingKernel(PlainKernel first, Supplier<Kernel> second, long handover) {
    this.first = first;
    this.second = second;
    this.handover = handover;
  }

  @Override
  public Product prepare(Matrix matrix) {
    return new WarmingProduct(matrix);
  }

  @Override
  public String name() {
    return isWarm() ? second.get().name() : first.name();
  }

  private boolean isWarm() {
    return work.get() >= handover;
  }

  /** Makes each kernel's tables when that kernel is first used. */
  private final class WarmingProduct implements Product {
    private final Matrix matrix;
    private volatile @Nullable Product cold;
    private volatile @Nullable Product warm;

    WarmingProduct(Matrix matrix) {
      this.matrix = matrix;
    }

    @Override
    public void apply(byte[] array, int[] sources, int[] targets, int length) {
      if (isWarm()) {
        warm().apply(array, sources, targets, length);
      } else {
        int groups = (targets.length + PlainKernel.LANES - 1) / PlainKernel.LANES;
        work.addAndGet((long) length * sources.length * groups);
        cold().apply(array, sources, targets, length);
      }
    }

    private Product cold() {
      Product product = cold;
      if (product == null) {
        product = first.prepare(matrix);
        cold = product;
      }
      return product;
    }

    /** Frees the tables of the first kernel, too. */
    private Product warm() {
      Product product = warm;
      if (product == null) {
        product = second.get().prepare(matrix);
        warm = product;
        cold = null;
      }
      return product;
    }
  }
}
