package cloud.zansoc.cli.image;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.compute.client.Template;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Templates of deployments. */
@Command(
    name = "template",
    description =
        "List and show what 'zansoc deploy --template' deploys: images of Debian's packages.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TemplateCommand.Ls.class, TemplateCommand.Show.class})
public final class TemplateCommand {
  /** What is printed as JSON. */
  record View(String name, String description, List<String> packages, String text) {
    static View of(Template template) {
      return new View(
          template.name(), template.description(), template.recipe().packages(), template.text());
    }
  }

  @Command(name = "ls", description = "List the templates.")
  static final class Ls implements Callable<Integer> {
    @Mixin private CommonOptions options;

    @Override
    public Integer call() {
      Output output = options.output();
      List<Template> templates = Template.NAMES.stream().map(Template::of).toList();
      if (output.isJson()) {
        output.json(templates.stream().map(View::of).toList());
      } else {
        output.table(
            List.of("TEMPLATE", "WHAT IT IS"),
            templates.stream()
                .map(template -> List.of(template.name(), template.description()))
                .toList());
      }
      return 0;
    }
  }

  @Command(
      name = "show",
      description = {
        "Show a template: the packages of its image, and the file of its deployment.",
        "To change it, build the image ('zansoc image build-base --template'), push it ('zansoc"
            + " image push'), and deploy the part 'deployment' as a file of your own that names it."
      })
  static final class Show implements Callable<Integer> {
    @Mixin private CommonOptions options;

    @Parameters(paramLabel = "TEMPLATE", description = "Its name.")
    private String name;

    @Override
    public Integer call() {
      Template template = Template.of(name);
      options.output().result(View.of(template), template.text().stripTrailing());
      return 0;
    }
  }
}
