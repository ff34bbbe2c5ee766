package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.client.ComputeHub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "rm",
    description = {
      "Remove a deployment with all its instances and what they have written, volumes apart.",
      "Its leases are closed, and what was paid in advance comes back."
    })
final class DeploymentRemoveCommand extends ClientCommand {
  @Parameters(paramLabel = "DEPLOYMENT", description = "Its name.")
  private String name;

  @Mixin private Confirmation confirmation;

  @Override
  protected void run(Session session, Output output) {
    ComputeHub hub = new ComputeHub(session.api());
    int instances = hub.deployment(name).instances().size();
    if (!confirmation.isGiven(
        output, "Remove %s and its %d instances?".formatted(name, instances))) {
      output.note("Nothing was removed.");
      return;
    }
    hub.remove(name);
    output.result(
        new Removed(name),
        "%s is being removed; 'zansoc deployment ls' lists it until all hosts have done so."
            .formatted(name));
  }

  /** The result. */
  record Removed(String removed) {}
}
