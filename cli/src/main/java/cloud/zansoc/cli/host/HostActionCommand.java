package cloud.zansoc.cli.host;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.NodeView;
import java.util.concurrent.Callable;
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
   * @param done what to tell, with the host's name in place of %s
   */
  record Action(String path, String done) {}

  HostActionCommand(String path, String done) {
    this.action = new Action(path, done);
  }

  /** What is asked for with the options that were given. */
  Action action() {
    return action;
  }

  @Override
  public final Integer call() {
    Action asked = action();
    try (ApiClient api = folder.api()) {
      NodeView node = folder.act(api, asked.path());
      options.output().result(node, asked.done().formatted(node.name()));
    }
    return 0;
  }
}
