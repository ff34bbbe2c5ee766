package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import picocli.CommandLine.Parameters;

/** A command that wants something else of one instance. */
abstract class InstanceActionCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "INSTANCE", description = "NAME, or NAME.DEPLOYMENT.")
  private String instance;

  /** Asks the hub for it. */
  abstract InstanceView act(ComputeHub hub, String name);

  /** What is said where the hub has taken it: "is being stopped". */
  abstract String done();

  @Override
  protected final void run(Session session, Output output) {
    InstanceView view = act(new ComputeHub(session.api()), instance);
    output.result(
        view,
        "%s.%s %s; it is %s%s."
            .formatted(
                view.name(),
                view.deployment(),
                done(),
                InstanceTexts.state(view),
                InstanceTexts.reason(view.reason())));
  }
}
