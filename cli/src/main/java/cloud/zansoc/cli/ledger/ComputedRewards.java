package cloud.zansoc.cli.ledger;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.evm.RewardTree;
import cloud.zansoc.ledger.rewards.RewardFormula;
import cloud.zansoc.ledger.rewards.RewardInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What follows from a file of inputs: options of commands, and the figures. */
final class ComputedRewards {
  private static final long MAX_FILE_BYTES = 1L << 30;

  @Parameters(paramLabel = "FILE", description = "The published file of the epoch's inputs.")
  private Path file = Path.of("");

  @Option(
      names = "--previous",
      paramLabel = "FILE",
      description = "The file of the epoch before, which must lead to what was earned before.")
  private Optional<Path> previous = Optional.empty();

  /**
   * The figures.
   *
   * @param root of the tree of what everybody has earned so far; empty where nobody has
   */
  record Figures(RewardInputs inputs, RewardFormula formula, Digest hash, Optional<Digest> root) {
    EpochRewards published() {
      return new EpochRewards(
          inputs.epoch(),
          root.orElseThrow(() ->
              new ZansocException(
                  ErrorCode.PRECONDITION_FAILED,
                  "nobody has earned anything up to epoch " + inputs.epoch())),
          formula.total(),
          hash);
    }
  }

  Figures read() {
    byte[] bytes = bytes(file);
    RewardInputs inputs = RewardInputs.decode(bytes);
    previous.ifPresent(before -> checkBefore(inputs, RewardInputs.decode(bytes(before))));
    RewardFormula formula = new RewardFormula(inputs);
    Map<AccountId, Amount> earned = formula.earned();
    Optional<Digest> root =
        earned.isEmpty() ? Optional.empty() : Optional.of(new RewardTree(earned).root());
    return new Figures(inputs, formula, Digest.sha256(bytes), root);
  }

  private static void checkBefore(RewardInputs inputs, RewardInputs before) {
    if (!inputs.ledger().equals(before.ledger()) || inputs.epoch() <= before.epoch()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "epoch %d of %s does not follow epoch %d of %s"
              .formatted(inputs.epoch(), inputs.ledger(), before.epoch(), before.ledger()));
    }
    Map<AccountId, Amount> expected = new RewardFormula(before).earned();
    inputs
        .hosts()
        .forEach(host -> {
          Amount known = expected.getOrDefault(host.account(), Amount.ZERO);
          if (!host.earnedBefore().equals(known)) {
            throw new ZansocException(
                ErrorCode.DAMAGED,
                "%s had earned %s before, not %s"
                    .formatted(host.account(), known, host.earnedBefore()));
          }
          expected.remove(host.account());
        });
    if (!expected.isEmpty()) {
      throw new ZansocException(
          ErrorCode.DAMAGED, "what these had earned before is left out: " + expected.keySet());
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ZansocException(ErrorCode.TOO_LARGE, file + " is larger than 1 GiB");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no file " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The result as JSON: amounts in coins. */
  record View(long epoch, Optional<String> root, String total, String inputs, List<Row> hosts) {}

  /** A host's part. */
  record Row(String account, String reward, String earned) {}

  static View view(Figures figures) {
    Map<AccountId, Amount> rewards = figures.formula().rewards();
    List<Row> rows =
        figures.inputs().hosts().stream()
            .map(host -> {
              Amount reward = rewards.getOrDefault(host.account(), Amount.ZERO);
              return new Row(
                  host.account().text(),
                  reward.inCoins(),
                  host.earnedBefore().plus(reward).inCoins());
            })
            .toList();
    return new View(
        figures.inputs().epoch(),
        figures.root().map(ComputedRewards::hex),
        figures.formula().total().inCoins(),
        hex(figures.hash()),
        rows);
  }

  static void print(Output output, View view) {
    output.table(
        List.of("HOST", ">REWARD", ">EARNED SO FAR"),
        view.hosts().stream()
            .map(row -> List.of(row.account(), row.reward(), row.earned()))
            .toList());
    output.line("epoch  " + view.epoch());
    output.line("total  " + view.total() + " coins");
    output.line("root   " + view.root().orElse("none"));
    output.line("inputs " + view.inputs());
  }

  static String hex(Digest digest) {
    return "0x" + HexFormat.of().formatHex(digest.toBytes());
  }
}
