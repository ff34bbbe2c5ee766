package cloud.zansoc.cli.image;

import picocli.CommandLine.Command;

/** Groups the commands about images. */
@Command(
    name = "image",
    description = "Make, store, list and remove the images that instances run.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ImageBuildBaseCommand.class,
      ImagePushCommand.class,
      ImageListCommand.class,
      ImageRemoveCommand.class
    })
public final class ImageCommand {}
