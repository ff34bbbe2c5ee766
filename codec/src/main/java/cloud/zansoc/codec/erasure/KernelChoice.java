package cloud.zansoc.codec.erasure;

/** Chooses the kernel once for each JVM. */
final class KernelChoice {
  static final Kernel BEST = new PlainKernel();

  private KernelChoice() {}
}
