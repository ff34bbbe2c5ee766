package cloud.zansoc.cli.reference;

import cloud.zansoc.base.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The table of exit codes: what each means, and which errors end with it. */
final class ExitCodes {
  private ExitCodes() {}

  /**
   * One exit code.
   *
   * @param errors those that end with it, each as "Z300 NOT_FOUND"
   */
  record Row(int exit, String meaning, List<String> errors) {
    Row {
      errors = List.copyOf(errors);
    }
  }

  /** All of them, in order. */
  static List<Row> rows() {
    return Stream.concat(Stream.of(0), Arrays.stream(ErrorCode.values()).map(ErrorCode::exitCode))
        .distinct()
        .sorted()
        .map(exit -> new Row(exit, meaning(exit), errors(exit)))
        .toList();
  }

  private static List<String> errors(int exit) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.exitCode() == exit)
        .map(code -> "Z" + code.number() + " " + code.name())
        .toList();
  }

  private static String meaning(int exit) {
    return switch (exit) {
      case 0 -> "done";
      case 1 -> "an error of the program, or something that it cannot do";
      case 2 -> "an argument, a name or an input that cannot be";
      case 3 -> "not allowed: login, token, key, permit or clock";
      case 4 -> "not there, or not there any more";
      case 5 -> "something else is there already, or has changed meanwhile";
      case 6 -> "the machine misses the hub's admission rules";
      case 7 -> "no room: the quota is used up, or a disk is full";
      case 8 -> "too few hosts can take or do it now";
      case 9 -> "not reachable, too slow, or asked too often: the same again may succeed";
      case 10 -> "data that is damaged, or whose hosts are away";
      default -> throw new IllegalStateException("exit code " + exit + " has no meaning yet");
    };
  }
}
