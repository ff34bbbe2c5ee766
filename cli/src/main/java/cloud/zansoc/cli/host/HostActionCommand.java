package cloud.zansoc.cli.host;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** A command that asks the hub to do something with this host. */
abstract class HostActionCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private FolderOption folder;

  private final Action action;

  /**
   * What is asked for.
   *
   * @param path the last part of the API's path
   * @param grace how long instances have to move, where that is asked
   * @param done what to tell of the host
   */
  record Action(String path, Optional<Duration> grace, Function<NodeView, String> done) {}

  /**
   * @param done with the host's name in place of %s
   */
  HostActionCommand(String path, String done) {
    this.action = new Action(path, Optional.empty(), node -> done.formatted(node.name()));
  }

  /** What is asked for with the options that were given. */
  Action action() {
    return action;
  }

  @Override
  public final Integer call() {
    Action asked = action();
    try (ApiClient api = folder.api()) {
      NodeView node = folder.act(api, asked.path(), asked.grace());
      options.output().result(node, asked.done().apply(node));
    }
    return 0;
  }
}
