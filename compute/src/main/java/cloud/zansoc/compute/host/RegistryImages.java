package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.image.ImageReference;
import java.util.Set;
import java.util.function.Consumer;

/** The images that an engine has or pulls from registries; none is ever removed. */
public final class RegistryImages implements ImageKeeper {
  private final Engine engine;

  public RegistryImages(Engine engine) {
    this.engine = engine;
  }

  @Override
  public boolean takesStored() {
    return false;
  }

  @Override
  public String fetch(String image, Consumer<String> progress) {
    if (ImageReference.isStored(image)) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "this host's engine takes images from registries only");
    }
    if (!engine.hasImage(image)) {
      progress.accept("its image is fetched");
      engine.pullImage(image, progress);
    }
    return image;
  }

  @Override
  public void keep(Set<String> used) {}
}
