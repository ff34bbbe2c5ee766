package cloud.zansoc.cli.compute;

import picocli.CommandLine.Command;

/** Groups the commands about deployments. */
@Command(
    name = "deployment",
    description =
        "List, show, scale, pay, bill and remove deployments; 'zansoc deploy' makes them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DeploymentListCommand.class,
      DeploymentShowCommand.class,
      DeploymentScaleCommand.class,
      DeploymentPayCommand.class,
      DeploymentBillCommand.class,
      DeploymentRemoveCommand.class
    })
public final class DeploymentCommand {}
