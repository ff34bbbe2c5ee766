package cloud.zansoc.cli.reference;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Zansoc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the manual pages. */
@Command(
    name = "man",
    description = {
      "Write the manual pages of all commands into a folder.",
      "Read them with 'man -M DIR zansoc'; in /usr/local/share/man, 'man zansoc' finds them."
    })
public final class ManCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The folder; the pages go into its 'man1'.")
  private Path folder;

  /** What is printed as JSON. */
  record Written(String folder, int pages) {}

  @Override
  public Integer call() {
    List<CommandPage> pages = CommandPage.of(spec.root()).all().toList();
    Path section = folder.resolve("man1");
    try {
      Files.createDirectories(section);
      for (CommandPage page : pages) {
        Files.writeString(
            section.resolve(ManualPage.fileName(page)), ManualPage.render(page, Zansoc.VERSION));
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the manual pages cannot be written to '%s': %s; name another folder"
              .formatted(section, e.getMessage()),
          e);
    }
    options
        .output()
        .result(
            new Written(section.toString(), pages.size()),
            "%d pages are in %s: read them with 'man -M %s zansoc'"
                .formatted(pages.size(), section, folder));
    return 0;
  }
}
