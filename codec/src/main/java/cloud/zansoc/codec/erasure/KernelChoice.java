package cloud.zansoc.codec.erasure;

/** Chooses the kernel once for each JVM. */
final class KernelChoice {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String VECTOR_KERNEL = "cloud.zansoc.codec.erasure.VectorKernel";

  /** What the plain kernel does in the CPU time that compiling the vector kernel takes: 2.5 s. */
  private static final long HANDOVER_LOOKUPS = 3L << 29;

  static final Kernel BEST =
      ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()
          ? new WarmingKernel(new PlainKernel(), KernelChoice::vectorKernel, HANDOVER_LOOKUPS)
          : new PlainKernel();

  private KernelChoice() {}

  /** By name: no class that is always loaded may refer to one that needs the incubator module. */
  static Kernel vectorKernel() {
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
