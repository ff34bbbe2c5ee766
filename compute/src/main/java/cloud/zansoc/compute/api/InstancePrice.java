package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.net.node.ComputeOffer;
import java.math.BigInteger;
import java.util.Collection;

/**
 * What an hour of an instance costs: the same for hub, host and client. A GB is 10^9 bytes, a month
 * 730 hours; parts of a micro-dollar are rounded up. Pure.
 */
public final class InstancePrice {
  // Everything is counted in micro-dollars divided by this: a byte for an hour of a month's price.
  private static final long UNIT = 730_000_000_000L;
  private static final long VCPU = UNIT / 1000;
  private static final long MEMORY = 730;

  private InstancePrice() {}

  /** At a host's prices, without what it sends. */
  public static Money hour(
      ComputeOffer.Prices prices, InstanceSize size, Collection<VolumeMount> volumes) {
    return hour(prices, size, stored(size, volumes));
  }

  /**
   * The same.
   *
   * @param stored the disk of the instance and its volumes
   */
  public static Money hour(ComputeOffer.Prices prices, InstanceSize size, ByteSize stored) {
    try {
      return new Money(
          Math.ceilDiv(
              Math.addExact(
                  Math.addExact(
                      product(prices.vcpuHour(), size.milliVcpus(), VCPU),
                      product(prices.memoryHour(), size.memory().bytes(), MEMORY)),
                  Math.addExact(
                      product(prices.storageMonth(), stored.bytes(), 1),
                      product(prices.gpuHour(), size.gpus(), UNIT))),
              UNIT));
    } catch (ArithmeticException e) {
      return exact(prices, size, stored);
    }
  }

  /** What an instance takes of a disk, its volumes included. */
  public static ByteSize stored(InstanceSize size, Collection<VolumeMount> volumes) {
    long bytes = size.disk().bytes();
    for (VolumeMount volume : volumes) {
      bytes = Math.addExact(bytes, volume.size().bytes());
    }
    return new ByteSize(bytes);
  }

  private static long product(Money price, long amount, long unit) {
    return Math.multiplyExact(Math.multiplyExact(price.microDollars(), amount), unit);
  }

  /** For sums beyond 63 bits. */
  private static Money exact(ComputeOffer.Prices prices, InstanceSize size, ByteSize stored) {
    BigInteger sum =
        big(prices.vcpuHour(), size.milliVcpus(), VCPU)
            .add(big(prices.memoryHour(), size.memory().bytes(), MEMORY))
            .add(big(prices.storageMonth(), stored.bytes(), 1))
            .add(big(prices.gpuHour(), size.gpus(), UNIT));
    BigInteger[] parts = sum.divideAndRemainder(BigInteger.valueOf(UNIT));
    return new Money(parts[0].add(BigInteger.valueOf(parts[1].signum())).longValueExact());
  }

  private static BigInteger big(Money price, long amount, long unit) {
    return BigInteger.valueOf(price.microDollars())
        .multiply(BigInteger.valueOf(amount))
        .multiply(BigInteger.valueOf(unit));
  }
}
