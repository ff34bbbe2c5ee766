package cloud.zansoc.cli;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.evm.ChecksumAddress;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** Where every program begins. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    Terminal terminal = Terminal.ofEnvironment();
    int exit = run(terminal, arguments);
    terminal.out().flush();
    terminal.err().flush();
    System.exit(exit);
  }

  /** Runs one command. */
  public static int run(Terminal terminal, String... arguments) {
    CommandLine line = commandLine(terminal, arguments);
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    converters(line);
    boolean json = Arrays.asList(arguments).contains("--json");
    line.setExecutionExceptionHandler((error, command, parsed) -> report(terminal, error, json));
    line.setParameterExceptionHandler((error, given) -> {
      CommandLine command = error.getCommandLine();
      if (!json && isGroupAlone(error)) {
        command.usage(command.getErr());
      }
      return report(
          terminal, new ZansocException(ErrorCode.INVALID_ARGUMENT, explained(error), error), json);
    });
    return line.execute(arguments);
  }

  /** It lists what may follow. */
  private static boolean isGroupAlone(CommandLine.ParameterException error) {
    return error instanceof CommandLine.MissingParameterException
        && !error.getCommandLine().getSubcommands().isEmpty();
  }

  /** What is wrong with the words of a command, and where to look: the whole help would hide it. */
  private static String explained(CommandLine.ParameterException error) {
    List<String> near =
        error instanceof CommandLine.UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return "%s%s '%s --help' shows how it is written"
        .formatted(
            String.valueOf(error.getMessage()).strip(),
            near.isEmpty() ? ";" : ": did you mean '%s'?".formatted(String.join("' or '", near)),
            error.getCommandLine().getCommandSpec().qualifiedName());
  }

  /** All commands that {@code arguments} may need, which print to {@code terminal}. */
  public static CommandLine commandLine(Terminal terminal, String... arguments) {
    CommandLine line = new CommandLine(new Zansoc(), new CommandFactory(terminal));
    Commands.addTo(line, arguments);
    return line;
  }

  private static void converters(CommandLine line) {
    line.registerConverter(HostAddress.class, text -> parsed(HostAddress::parse, text));
    line.registerConverter(ByteSize.class, text -> parsed(ByteSize::parse, text));
    line.registerConverter(Duration.class, text -> parsed(Durations::parse, text));
    line.registerConverter(AccountId.class, text -> parsed(ChecksumAddress::parse, text));
    line.registerConverter(Amount.class, text -> parsed(Amount::parse, text));
    line.registerConverter(Digest.class, text -> parsed(Digest::parse, text));
    line.registerConverter(LeaseId.class, text -> parsed(LeaseId::new, text));
    line.registerConverter(Money.class, text -> parsed(Money::parseUsd, text));
  }

  private static <T> T parsed(Function<String, T> parse, String text) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  private static int report(Terminal terminal, Exception error, boolean json) {
    ErrorCode code = error instanceof ZansocException known ? known.code() : ErrorCode.INTERNAL;
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    if (json) {
      Map<String, Object> body =
          Map.of("code", code.number(), "name", code.name(), "message", message);
      terminal.err().println(new String(Json.write(body), StandardCharsets.UTF_8));
    } else {
      terminal.err().println("zansoc: " + message + " [Z" + code.number() + "]");
    }
    if (code == ErrorCode.INTERNAL && System.getenv("ZANSOC_DEBUG") != null) {
      error.printStackTrace(terminal.err());
    }
    return code.exitCode();
  }
}
