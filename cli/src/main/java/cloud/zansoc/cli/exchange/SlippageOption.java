package cloud.zansoc.cli.exchange;

import cloud.zansoc.ledger.Slippage;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How far the price may move. */
final class SlippageOption {
  @Option(
      names = "--slippage",
      paramLabel = "PERCENT",
      defaultValue = "0.5",
      converter = Converter.class,
      description = "By how much it may turn out worse than now (default: 0.5).")
  Slippage most = Slippage.DEFAULT;

  /** Reads percents. */
  static final class Converter implements CommandLine.ITypeConverter<Slippage> {
    @Override
    public Slippage convert(String text) {
      try {
        return Slippage.parsePercent(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }
}
