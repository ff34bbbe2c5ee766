package cloud.zansoc.cli.image;

import picocli.CommandLine.Command;

/** Groups the commands about images. */
@Command(
    name = "image",
    description = "Make the images that instances run.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ImageBuildBaseCommand.class})
public final class ImageCommand {}
