package cloud.zansoc.compute.engine;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What runs instances on a host. Each call blocks until it is done, and may be repeated: what is so
 * already stays so. Thread-safe; the caller sees to it that one instance is changed by one thread
 * at a time.
 *
 * <p>Failures are {@link cloud.zansoc.base.ZansocException}s: NOT_FOUND for an instance, image or
 * path that is not there, INVALID_ARGUMENT for what the image or command does not allow, NO_SPACE
 * where the disk is full, CONFLICT for an instance that does not run and must, UNREACHABLE where
 * the engine (or a registry) does not answer, UNSUPPORTED where this engine cannot do it.
 */
public interface Engine extends AutoCloseable {
  /** What there is to lend, and what this engine can do. */
  EngineInventory inventory();

  /** Whether {@code image} (an OCI reference, with tag or digest) is here already. */
  boolean hasImage(String image);

  /**
   * Pulls an image from its registry.
   *
   * @param progress told about each step, for people
   */
  void pullImage(String image, Consumer<String> progress);

  /**
   * Takes an image from an archive as {@code docker save} writes it, or an OCI one.
   *
   * @return the names by which it is known now
   */
  List<String> loadImage(InputStream archive);

  /** Gives an image away as an archive, to be read to its end or closed. */
  InputStream saveImage(String image);

  /**
   * Takes an image away, unless an instance is made of it. An engine that keeps its images itself
   * does nothing.
   *
   * @return whether it is not here any more
   */
  default boolean removeImage(String image) {
    return !hasImage(image);
  }

  /**
   * Makes an instance, which does not run yet. Its image must be here. One with this id that is
   * there already stays as it is.
   *
   * @param volumes folders of the host to be mounted, by the id of the volume
   */
  void create(InstanceSpec spec, Map<String, Path> volumes);

  /** Starts an instance; one that runs stays as it is. */
  void start(InstanceId id);

  /** Ends an instance: asks it to, and after {@code grace} does not ask. */
  void stop(InstanceId id, Duration grace);

  /** Freezes all its processes where they are. */
  void pause(InstanceId id);

  /** Lets frozen processes go on. */
  void unpause(InstanceId id);

  /** Removes an instance, running or not, with its root file system and logs. */
  void remove(InstanceId id);

  /** Gives it other limits of CPU and memory while it runs. */
  void resize(InstanceId id, InstanceSize size);

  /** One of ours, or none. */
  Optional<EngineInstance> find(InstanceId id);

  /** All that are ours: also those made before a restart of this program. */
  List<EngineInstance> instances();

  /** Runs a command in a running instance. */
  ExecSession exec(InstanceId id, ExecRequest request);

  /** Connects to a TCP port of a running instance; UNREACHABLE where nothing listens. */
  PortConnection connect(InstanceId id, int port);

  /**
   * What it has written to its outputs.
   *
   * @param follow whether the stream goes on with what it writes from now, until it ends
   * @param tailLines at most how many of the last lines; negative: all that are kept
   * @param since only what it wrote from then on, by the host's clock; none: from its beginning
   */
  InputStream logs(InstanceId id, boolean follow, int tailLines, Optional<Instant> since);

  /** What it uses now. */
  InstanceStatistics statistics(InstanceId id);

  /** Unpacks a tar archive under a folder of the instance. */
  void copyIn(InstanceId id, String folder, InputStream tar);

  /** A file or folder of the instance as a tar archive, to be read to its end or closed. */
  InputStream copyOut(InstanceId id, String path);

  /** Ends the connection to the engine; instances run on. */
  @Override
  void close();
}
