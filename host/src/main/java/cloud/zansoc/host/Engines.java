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
    PeerId owner = Identity.loadOrCreate(folder.identity()).id();
    Engine engine = LateEngine.of(() -> connect(owner, configuration));
    return new Computing.Parts(engine, Optional.empty(), Optional.empty());
  }

  private static Engine connect(PeerId owner, Compute configuration) {
    Optional<String> address =
        Optional.of(configuration.engine().toString())
            .filter(text -> !text.equals(Compute.FOUND_ENGINE));
    return DockerEngine.connect(DockerSettings.of(owner, address));
  }

  /**
   * Takes all instances of a host away, which leaves; no agent runs in its folder any more.
   *
   * @return how many there were
   */
  public static int removeAll(HostFolder folder, Compute configuration) {
    try (Computing.Parts parts = open(folder, configuration)) {
      return InstanceKeeper.removeAll(parts.engine(), parts.networks());
    }
  }
}
