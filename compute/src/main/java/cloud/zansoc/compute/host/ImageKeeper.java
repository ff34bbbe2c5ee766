package cloud.zansoc.compute.host;

import java.util.Set;
import java.util.function.Consumer;

/**
 * Has the images of instances in the engine. Each call blocks until it is done, and may be
 * repeated. Thread-safe; many may ask for one image at once, which is fetched once.
 *
 * <p>Failures are {@link cloud.zansoc.base.ZansocException}s; a retryable one is tried again after
 * a pause.
 */
public interface ImageKeeper {
  /** Whether it also has images that lie in Zansoc storage. */
  boolean takesStored();

  /**
   * Has an image in the engine.
   *
   * @param image as it is ordered
   * @param progress told about each step, for people
   * @return the name by which the engine knows it
   */
  String fetch(String image, Consumer<String> progress);

  /**
   * Makes room, where images take more than they may.
   *
   * @param used those that instances here are or will be made of, as they are ordered
   */
  void keep(Set<String> used);
}
