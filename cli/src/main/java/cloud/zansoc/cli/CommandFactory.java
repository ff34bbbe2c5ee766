package cloud.zansoc.cli;

import picocli.CommandLine;

/** Makes commands, and hands the terminal to their common options. */
final class CommandFactory implements CommandLine.IFactory {
  private final Terminal terminal;
  private final CommandLine.IFactory other = CommandLine.defaultFactory();

  CommandFactory(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == CommonOptions.class) {
      return type.cast(new CommonOptions(terminal));
    }
    return other.create(type);
  }
}
