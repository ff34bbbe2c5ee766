package cloud.zansoc.host;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.DockerSettings;
import cloud.zansoc.compute.host.InstanceKeeper;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.net.identity.Identity;
import java.util.Optional;

/** What runs instances on real hosts. */
public final class Engines {
  private Engines() {}

  static Computing.Parts open(HostFolder folder, Compute configuration) {
    Engine engine = LateEngine.of(() -> connect(folder, configuration));
    return new Computing.Parts(engine, Optional.empty(), Optional.empty());
  }

  private static DockerEngine connect(HostFolder folder, Compute configuration) {
    PeerId owner = Identity.loadOrCreate(folder.identity()).id();
    Optional<String> address =
        Optional.of(configuration.engine().toString())
            .filter(text -> !text.equals(Compute.FOUND_ENGINE));
    return DockerEngine.connect(DockerSettings.of(owner, address));
  }

  /**
   * Takes all that is a host's out of its engine: the host leaves, and no agent runs in its folder
   * any more.
   *
   * @return how many instances there were
   */
  public static int removeAll(HostFolder folder, Compute configuration) {
    try (DockerEngine engine = connect(folder, configuration)) {
      int removed = InstanceKeeper.removeAll(engine, Optional.empty());
      engine.removeNetwork();
      return removed;
    }
  }
}
