package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.GraphicsCard;
import java.util.List;
import java.util.Optional;

/**
 * What an agent wants of its Docker or Podman engine.
 *
 * @param owner the host: several may share one engine, and each sees only its own instances
 * @param address unix:///PATH or tcp://HOST:PORT; none: found, see {@link DockerEngine#connect}
 * @param runtime one with more isolation, such as runsc; none: the engine's own
 * @param cards that instances may get, such as all of {@link
 *     cloud.zansoc.compute.engine.GraphicsCards#find}
 * @param bandwidth of each instance in a second, in either direction; none: not limited
 */
public record DockerSettings(
    PeerId owner,
    Optional<String> address,
    Optional<String> runtime,
    List<GraphicsCard> cards,
    Optional<ByteSize> bandwidth) {
  public DockerSettings {
    cards = List.copyOf(cards);
  }

  /** The usual ones: a found engine, its own runtime, no cards, no limit of bandwidth. */
  public static DockerSettings of(PeerId owner, Optional<String> address) {
    return new DockerSettings(owner, address, Optional.empty(), List.of(), Optional.empty());
  }
}
