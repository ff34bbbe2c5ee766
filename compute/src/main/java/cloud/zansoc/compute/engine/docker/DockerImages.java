package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.LoadResponseItem;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The images of an engine. */
final class DockerImages {
  private static final List<String> LOADED = List.of("Loaded image: ", "Loaded image ID: ");

  private static final String LOCAL = "localhost/";

  private final DockerClient client;

  DockerImages(DockerClient client) {
    this.client = client;
  }

  boolean has(String image) {
    return DockerFailures.translate(
        "looking for image " + image,
        () -> {
          try {
            client.inspectImageCmd(image).exec();
            return true;
          } catch (NotFoundException e) {
            return false;
          }
        });
  }

  void pull(String image, Consumer<String> progress) {
    String action = "pulling image " + image;
    PullProgress steps = new PullProgress(progress);
    try {
      client.pullImageCmd(withTag(image)).exec(steps).awaitCompletion();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNREACHABLE, action + " was interrupted", e);
    } catch (RuntimeException e) {
      throw DockerFailures.ofPull(action, e);
    }
    if (steps.failure != null) {
      throw DockerFailures.ofPull(action, new IllegalStateException(steps.failure));
    }
  }

  /** Without a tag an engine pulls all that there are. */
  static String withTag(String image) {
    boolean named = image.indexOf(':', image.lastIndexOf('/') + 1) > 0 || image.contains("@");
    return named ? image : image + ":latest";
  }

  List<String> load(InputStream archive) {
    List<String> names = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    ResultCallback.Adapter<LoadResponseItem> callback =
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(LoadResponseItem item) {
            if (item.getErrorDetail() != null) {
              failures.add(String.valueOf(item.getErrorDetail().getMessage()));
            } else if (item.getStream() != null) {
              item.getStream().lines().forEach(line -> name(line, names));
            }
          }
        };
    try {
      client.loadImageAsyncCmd(archive).exec(callback).awaitCompletion();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNREACHABLE, "loading an image was interrupted", e);
    } catch (RuntimeException e) {
      throw DockerFailures.of("loading an image", e);
    }
    if (!failures.isEmpty() || names.isEmpty()) {
      String reason =
          failures.isEmpty() ? "the engine found none in it" : String.join("; ", failures);
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "this archive holds no image that can be loaded: " + reason);
    }
    return List.copyOf(names);
  }

  private static void name(String line, List<String> names) {
    for (String prefix : LOADED) {
      if (line.startsWith(prefix)) {
        String loaded = line.substring(prefix.length()).strip();
        // Podman's place for names without a registry; it finds them without it.
        names.add(loaded.startsWith(LOCAL) ? loaded.substring(LOCAL.length()) : loaded);
      }
    }
  }

  InputStream save(String image) {
    if (!has(image)) {
      throw missing(image);
    }
    return DockerFailures.translate(
        "saving image " + image, () -> client.saveImageCmd(image).exec());
  }

  /** One of which a container is made stays, and is another's if it has further names. */
  boolean remove(String image) {
    return DockerFailures.translate(
        "removing image " + image,
        () -> {
          try {
            client.removeImageCmd(image).exec();
            return true;
          } catch (NotFoundException e) {
            return true;
          } catch (ConflictException e) {
            return false;
          }
        });
  }

  static ZansocException missing(String image) {
    return new ZansocException(
        ErrorCode.NOT_FOUND,
        "image %s is not on this host: it must be pulled or loaded first".formatted(image));
  }

  private static final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
    private final Consumer<String> progress;
    private volatile @Nullable String failure;

    private PullProgress(Consumer<String> progress) {
      this.progress = progress;
    }

    @Override
    public void onNext(PullResponseItem item) {
      if (item.getErrorDetail() != null) {
        failure = item.getErrorDetail().getMessage();
      } else if (item.getStatus() != null) {
        progress.accept(
            item.getId() == null ? item.getStatus() : item.getId() + ": " + item.getStatus());
      }
    }
  }
}
