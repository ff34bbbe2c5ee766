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
      "Remove an instance with what it has written, volumes apart; a fresh one takes its place.",
      "'zansoc deployment scale' makes them fewer."
    })
final class InstanceRemoveCommand extends ClientCommand {
  @Parameters(paramLabel = "INSTANCE", description = "NAME, or NAME.DEPLOYMENT.")
  private String instance;

  @Mixin private Confirmation confirmation;

  @Override
  protected void run(Session session, Output output) {
    if (!confirmation.isGiven(output, "Remove %s?".formatted(instance))) {
      output.note("Nothing was removed.");
      return;
    }
    new ComputeHub(session.api()).removeInstance(instance);
    output.result(
        new Removed(instance), "%s is being removed, and a fresh one is made.".formatted(instance));
  }

  /** The result. */
  record Removed(String removed) {}
}
