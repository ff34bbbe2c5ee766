package cloud.zansoc.codec.erasure;

/** Chooses the kernel once for each JVM. */
final class KernelChoice {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_KERNEL = "cloud.zansoc.codec.erasure.VectorKernel";

  static final Kernel BEST = choose();

  private KernelChoice() {}

  /** By name: no class that is always loaded may refer to one that needs the incubator module. */
  private static Kernel choose() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      return new PlainKernel();
    }
    try {
      return Class.forName(VECTOR_KERNEL)
          .asSubclass(Kernel.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the vector kernel is missing from the class path", e);
    }
  }
}
