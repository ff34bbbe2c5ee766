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

  private final String action;
  private final String done;

  /**
   * @param action the last part of the API's path
   * @param done what to tell, with the host's name in place of %s
   */
  HostActionCommand(String action, String done) {
    this.action = action;
    this.done = done;
  }

  @Override
  public final Integer call() {
    try (ApiClient api = folder.api()) {
      NodeView node = folder.act(api, action);
      options.output().result(node, done.formatted(node.name()));
    }
    return 0;
  }
}
