package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.Output;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Whether a command waits for what it has begun, and how long. */
final class Waiting {
  @Option(names = "--no-wait", description = "Do not wait until all instances are ready.")
  private boolean no;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long to wait for that; it goes on afterwards (default: 10m).")
  private Duration patience;

  /** The deployment once it is ready; as it was begun where that is not waited for. */
  DeploymentView await(ComputeHub hub, Output output, DeploymentView begun)
      throws InterruptedException {
    return no ? begun : new Readiness(hub, output).await(begun.name(), patience);
  }
}
