package cloud.zansoc.cli.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What there is to say about one command.
 *
 * @param name as it is typed: "zansoc bucket create"
 * @param description sentences
 * @param arguments parameters first, then options, each by what is typed
 * @param commands the commands that it groups
 */
record CommandPage(
    String name,
    List<String> description,
    String synopsis,
    List<Argument> arguments,
    List<CommandPage> commands) {
  CommandPage {
    description = List.copyOf(description);
    arguments = List.copyOf(arguments);
    commands = List.copyOf(commands);
  }

  /** A parameter or an option: what is typed, and what it means. */
  record Argument(String typed, String meaning) {}

  /** The page of a command, with those of the commands below it. */
  static CommandPage of(CommandSpec command) {
    Help help = new Help(command, Help.defaultColorScheme(Ansi.OFF));
    return new CommandPage(
        command.qualifiedName(),
        sentences(command),
        help.synopsis(0).strip().replaceAll("\\s+", " "),
        arguments(command),
        command.subcommands().values().stream()
            .map(line -> of(line.getCommandSpec()))
            .distinct()
            .toList());
  }

  /** This page and all below it, in the order of the help. */
  Stream<CommandPage> all() {
    return Stream.concat(Stream.of(this), commands.stream().flatMap(CommandPage::all));
  }

  /** The first sentence of the description, without its full stop. */
  String summary() {
    String first = description.isEmpty() ? "" : description.getFirst();
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  /** Picocli takes both for formats; only these two marks are in use. */
  private static List<String> sentences(CommandSpec command) {
    return Stream.of(command.usageMessage().header(), command.usageMessage().description())
        .flatMap(Stream::of)
        .map(text -> text.replace("%n", " ").replace("%%", "%").strip())
        .toList();
  }

  private static List<Argument> arguments(CommandSpec command) {
    List<Argument> arguments = new ArrayList<>();
    command.positionalParameters().stream()
        .filter(parameter -> !parameter.hidden())
        .map(parameter -> new Argument(parameter.paramLabel(), meaning(parameter)))
        .forEach(arguments::add);
    command.options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparing(option -> option.longestName().replaceFirst("^-+", "")))
        .map(option -> new Argument(typed(option), meaning(option)))
        .forEach(arguments::add);
    return arguments;
  }

  private static String typed(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
  }

  private static String meaning(ArgSpec argument) {
    return String.join(" ", argument.description());
  }
}
