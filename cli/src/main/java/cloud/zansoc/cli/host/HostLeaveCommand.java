package cloud.zansoc.cli.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.host.AgentStatus;
import cloud.zansoc.host.Engines;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.join.SystemdService;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "leave",
    description = "Leave the network; drain first, so that nobody's data has to be restored.")
final class HostLeaveCommand implements Callable<Integer> {
  private static final Duration AGENTS_END = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);

  @Mixin private CommonOptions options;
  @Mixin private FolderOption folder;

  @Option(
      names = "--force",
      description = "Leave with blocks or instances still here; they are restored elsewhere.")
  private boolean force;

  @Override
  public Integer call() {
    HostConfiguration configuration = folder.configuration();
    boolean hubKnewIt = leaveHub();
    SystemdService.ofSystem().ifPresent(services -> services.remove(configuration));
    stopAgent();
    int removed = removeInstances(configuration);
    options
        .output()
        .result(
            new Left(configuration.name()),
            "%s has left%s, and its agent was told to stop.%s %s may be deleted."
                .formatted(
                    configuration.name(),
                    hubKnewIt ? "" : " before (a drained host leaves by itself)",
                    removed == 0 ? "" : " " + removed + " instances were removed.",
                    folder.folder().path()));
    return 0;
  }

  /** Nothing of what the agent made stays in the engine. */
  private int removeInstances(HostConfiguration configuration) {
    if (configuration.compute().isEmpty()) {
      return 0;
    }
    awaitAgentsEnd();
    return Engines.removeAll(folder.folder(), configuration.compute().get());
  }

  private void awaitAgentsEnd() {
    long deadline = System.nanoTime() + AGENTS_END.toNanos();
    try {
      while (AgentStatus.read(folder.folder()).state() != AgentStatus.State.STOPPED) {
        if (System.nanoTime() > deadline) {
          throw new ZansocException(
              ErrorCode.TIMED_OUT,
              "the agent of %s does not stop, so that its instances stay: end it, and run 'zansoc host leave' again"
                  .formatted(folder.folder().path()));
        }
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "leaving was interrupted", e);
    }
  }

  private record Left(String left) {}

  /** Whether the hub still counted this host as one of its own. */
  private boolean leaveHub() {
    try (ApiClient api = folder.api()) {
      if (!force) {
        requireEmpty(folder.node(api));
      }
      folder.act(api, "leave", Optional.empty());
      return true;
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.UNAUTHENTICATED || e.code() == ErrorCode.GONE) {
        return false;
      }
      throw e;
    }
  }

  /** Ends an agent that no service manages; its lock on the folder proves that the id is its. */
  private void stopAgent() {
    AgentStatus status = AgentStatus.read(folder.folder());
    if (status.state() != AgentStatus.State.STOPPED) {
      ProcessHandle.of(status.pid()).ifPresent(ProcessHandle::destroy);
    }
  }

  private static void requireEmpty(NodeView node) {
    int instances = node.status().map(HostStatus::instances).orElse(0);
    if (instances > 0) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "this host still runs %d instances: run 'zansoc host drain' and wait until they have moved, or leave with --force"
              .formatted(instances));
    }
    long blocks = node.status().map(HostStatus::blocks).orElse(0L);
    boolean unknown = node.status().isEmpty() && node.state() != NodeView.State.LEFT;
    if (unknown) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the hub does not know what this host keeps: start it ('zansoc host run') and drain it"
              + " first, or leave with --force");
    }
    if (blocks > 0) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          ("this host still keeps %d blocks (%s): run 'zansoc host drain' and wait until 'zansoc"
                  + " host status' shows none, or leave with --force")
              .formatted(
                  blocks, new ByteSize(node.status().map(HostStatus::storedBytes).orElse(0L))));
    }
  }
}
