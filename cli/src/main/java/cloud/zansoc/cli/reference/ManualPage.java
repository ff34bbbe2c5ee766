package cloud.zansoc.cli.reference;

import java.util.Locale;
import java.util.StringJoiner;

/** A command's manual page, section 1, in the macros of man(7). */
final class ManualPage {
  private ManualPage() {}

  /** The page's file: "zansoc-bucket-create.1". */
  static String fileName(CommandPage command) {
    return dashed(command) + ".1";
  }

  /** The page's text. */
  static String render(CommandPage command, String version) {
    StringJoiner page = new StringJoiner("\n", "", "\n");
    page.add(
        ".TH %s 1 \"\" \"zansoc %s\" \"Zansoc\""
            .formatted(escaped(dashed(command)).toUpperCase(Locale.ROOT), version));
    page.add(".SH NAME");
    page.add(escaped(dashed(command)) + " \\- " + text(command.summary()));
    page.add(".SH SYNOPSIS");
    page.add(text(command.synopsis()));
    page.add(".SH DESCRIPTION");
    command.description().forEach(sentence -> page.add(text(sentence)));
    addArguments(page, command);
    addCommands(page, command);
    addExitCodes(page);
    return page.toString();
  }

  private static void addArguments(StringJoiner page, CommandPage command) {
    if (!command.arguments().isEmpty()) {
      page.add(".SH ARGUMENTS AND OPTIONS");
      for (CommandPage.Argument argument : command.arguments()) {
        page.add(".TP");
        page.add("\\fB" + escaped(argument.typed()) + "\\fR");
        page.add(text(argument.meaning()));
      }
    }
  }

  private static void addCommands(StringJoiner page, CommandPage command) {
    if (!command.commands().isEmpty()) {
      page.add(".SH COMMANDS");
      for (CommandPage below : command.commands()) {
        page.add(".TP");
        page.add("\\fB" + escaped(dashed(below)) + "\\fR(1)");
        page.add(text(below.summary()));
      }
    }
  }

  private static void addExitCodes(StringJoiner page) {
    page.add(".SH EXIT STATUS");
    for (ExitCodes.Row row : ExitCodes.rows()) {
      page.add(".TP");
      page.add("\\fB" + row.exit() + "\\fR");
      page.add(text(row.meaning()));
    }
  }

  private static String dashed(CommandPage command) {
    return command.name().replace(' ', '-');
  }

  /** A line of text; one that began like a request would be taken for one. */
  private static String text(String line) {
    String escaped = escaped(line);
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-");
  }
}
