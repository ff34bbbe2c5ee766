package cloud.zansoc.cli.image;

import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.DockerSettings;
import cloud.zansoc.host.Engines;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The engine of this machine that has or gets an image. */
final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "ADDRESS",
      description =
          "The engine on this machine, such as unix:///run/docker.sock (default: that of './zansoc"
              + " up' where it started one, else $DOCKER_HOST, else the one that is found).")
  private Optional<String> engine = Optional.empty();

  /** To be closed. */
  Engine connect(Profile profile) {
    return DockerEngine.connect(
        DockerSettings.of(
            Engines.NOBODY, engine.or(() -> LocalCloud.engine(profile).map(URI::toString))));
  }
}
