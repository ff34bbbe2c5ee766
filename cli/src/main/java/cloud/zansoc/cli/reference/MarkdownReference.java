package cloud.zansoc.cli.reference;

import java.util.StringJoiner;

/** The reference of the command line as one page of Markdown: docs/reference/cli.md. */
final class MarkdownReference {
  private MarkdownReference() {}

  /** The page of {@code root} and all commands below it. */
  static String render(CommandPage root) {
    StringJoiner page = new StringJoiner("\n", "", "\n");
    page.add("# The command line");
    page.add("");
    page.add("Generated from the commands themselves; a test keeps this page equal to them.");
    page.add("");
    page.add("| command | what it does |");
    page.add("|---|---|");
    root.all()
        .filter(command -> command.commands().isEmpty())
        .forEach(command ->
            page.add(
                "| [%s](#%s) | %s |"
                    .formatted(command.name(), anchor(command), cell(command.summary()))));
    page.add("");
    addExitCodes(page);
    root.all().forEach(command -> addCommand(page, command));
    return page.toString();
  }

  private static void addExitCodes(StringJoiner page) {
    page.add("## Exit codes");
    page.add("");
    page.add("An error is printed as `zansoc: MESSAGE [ZNUMBER]`, and with `--json` as");
    page.add(
        "`{\"code\":NUMBER,\"name\":\"NAME\",\"message\":\"MESSAGE\"}`, both on standard error.");
    page.add("");
    page.add("| exit code | means | errors |");
    page.add("|---|---|---|");
    for (ExitCodes.Row row : ExitCodes.rows()) {
      page.add(
          "| %d | %s | %s |".formatted(row.exit(), row.meaning(), String.join(", ", row.errors())));
    }
  }

  private static void addCommand(StringJoiner page, CommandPage command) {
    page.add("");
    page.add("## " + command.name());
    page.add("");
    page.add(String.join(" ", command.description()));
    page.add("");
    page.add("    " + command.synopsis());
    if (!command.arguments().isEmpty()) {
      page.add("");
      page.add("| argument | means |");
      page.add("|---|---|");
      command
          .arguments()
          .forEach(argument ->
              page.add("| `%s` | %s |".formatted(argument.typed(), cell(argument.meaning()))));
    }
  }

  private static String anchor(CommandPage command) {
    return command.name().replace(' ', '-');
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
