package cloud.zansoc.cli.host;

import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.NodeView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option --data, and what the folder that it names gives access to. */
final class FolderOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The host's data folder (default: /var/lib/zansoc-host for root, else ~/.zansoc-host).")
  private Optional<Path> data = Optional.empty();

  HostFolder folder() {
    return data.map(HostFolder::new).orElseGet(HostFolder::ofUser);
  }

  HostConfiguration configuration() {
    return HostConfigurationFile.read(folder().configuration());
  }

  /** The hub's API, as this host. */
  ApiClient api() {
    HostConfiguration.Hub hub = configuration().hub();
    return new ApiClient(identity(), hub.id(), hub.api(), ApiClient.Patience.SHORT);
  }

  /** This host as its hub sees it. */
  NodeView node(ApiClient api) {
    return api.call(ApiCall.get("/v1/nodes/{node}", identity().id()), NodeView.class);
  }

  /**
   * Asks the hub to do something with this host; a second time does no more.
   *
   * @param grace how long instances have to move, where that is asked
   */
  NodeView act(ApiClient api, String action, Optional<Duration> grace) {
    return api.call(
        ApiCall.post("/v1/nodes/{node}/{action}", identity().id(), action)
            .query("grace", grace.map(Durations::text))
            .idempotent(),
        NodeView.class);
  }

  private Identity identity() {
    Path file = folder().identity();
    if (!file.toFile().exists()) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "there is no host in %s: name its folder with --data".formatted(folder().path()));
    }
    return Identity.loadOrCreate(file);
  }
}
