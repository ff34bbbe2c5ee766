package cloud.zansoc.ledger.rewards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The file of docs/format/reward-inputs.md, and the formula on it. */
final class RewardInputsTest {
  private static final AccountId FIRST = new AccountId("0x" + "01".repeat(20));
  private static final AccountId SECOND = new AccountId("0x" + "02".repeat(20));
  private static final AccountId THIRD = new AccountId("0x" + "03".repeat(20));
  private static final LedgerId LEDGER = new LedgerId(31337, new AccountId("0x" + "ee".repeat(20)));
  private static final Amount PLENTY = Amount.ofCoins(100_000_000);

  private static final RewardInputs SAMPLE =
      new RewardInputs(
          LEDGER,
          3,
          List.of(
              host(SECOND, 300, 0, 50, 500_000, PLENTY, Amount.ofUnits(7)),
              host(FIRST, 100, 10, 50, 1_000_000, PLENTY, Amount.ZERO),
              host(THIRD, 0, 0, 0, 0, Amount.ZERO, Amount.ofCoins(1))));

  @Test
  void inputs_encoded_areTheGoldenFileAndComeBack() throws IOException {
    assertThat(new String(SAMPLE.encode(), StandardCharsets.UTF_8)).isEqualTo(golden());
    assertThat(RewardInputs.decode(golden().getBytes(StandardCharsets.UTF_8))).isEqualTo(SAMPLE);
  }

  @Test
  void rewards_withoutACap_areEachPartsShareRoundedDown() {
    BigInteger emission = new BigInteger("2884615384615384615384615");
    BigInteger computing = emission.multiply(BigInteger.valueOf(40)).divide(hundred());
    BigInteger graphics = emission.multiply(BigInteger.valueOf(30)).divide(hundred());
    BigInteger bandwidth = emission.multiply(BigInteger.valueOf(20)).divide(hundred());
    BigInteger uptime = emission.divide(BigInteger.TEN);

    // 100 at all times and 300 half of the time; all graphics; 50 and half of 50; 1 and a half.
    assertThat(new RewardFormula(SAMPLE).rewards())
        .containsEntry(
            FIRST,
            new Amount(
                part(computing, 2, 5)
                    .add(graphics)
                    .add(part(bandwidth, 2, 3))
                    .add(part(uptime, 2, 3))))
        .containsEntry(
            SECOND,
            new Amount(part(computing, 3, 5).add(part(bandwidth, 1, 3)).add(part(uptime, 1, 3))))
        .containsEntry(THIRD, Amount.ZERO);
  }

  @Test
  void rewards_ofAHostThatPaidItself_areHalfOfTheCommissionAtMost() {
    Amount fees = Amount.ofUnits(1001);
    RewardInputs alone =
        new RewardInputs(
            LEDGER, 0, List.of(host(FIRST, 1_000_000, 9, 9, 1_000_000, fees, Amount.ZERO)));

    assertThat(new RewardFormula(alone).total()).isEqualTo(Amount.ofUnits(500));
  }

  @Test
  void rewards_ofAHostThatDividesItself_areNotMore() {
    Contribution whole = host(FIRST, 1000, 100, 100, 900_000, Amount.ofUnits(2000), Amount.ZERO);
    List<Contribution> parts =
        List.of(
            host(FIRST, 500, 50, 50, 900_000, Amount.ofUnits(1000), Amount.ZERO),
            host(SECOND, 500, 50, 50, 900_000, Amount.ofUnits(1000), Amount.ZERO));

    Amount together = new RewardFormula(new RewardInputs(LEDGER, 0, List.of(whole))).total();
    assertThat(new RewardFormula(new RewardInputs(LEDGER, 0, parts)).total()).isEqualTo(together);
  }

  @Test
  void earned_addsToWhatWasEarnedBefore() {
    RewardFormula formula = new RewardFormula(SAMPLE);

    assertThat(formula.earned())
        .containsEntry(
            SECOND, formula.rewards().getOrDefault(SECOND, Amount.ZERO).plus(Amount.ofUnits(7)))
        .containsEntry(THIRD, Amount.ofCoins(1));
    assertThat(new RewardFormula(new RewardInputs(LEDGER, 0, List.of())).total())
        .isEqualTo(Amount.ZERO);
  }

  @Test
  void bytes_thatAreNoInputs_areRefused() throws IOException {
    String right = golden();
    for (String wrong :
        List.of(
            "",
            "{}",
            "[]",
            right.replace("\"chain\":31337", "\"chain\":0"),
            right.replace("\"chain\":31337", "\"chain\":31337.5"),
            right.replace("0x0101", "0x01"),
            right.replace("\"100\"", "100"),
            right.replace("\"100\"", "\"-100\""),
            right.replace("\"100\"", "\"0100\""),
            right.replace("\"1000000\"", "\"1000001\""),
            right.replace("0x0202", "0x0101").replace("02".repeat(18), "01".repeat(18)),
            right.replace("\"fees\"", "\"feet\""),
            right + "{}")) {
      assertThat(refusal(wrong)).as(wrong).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
    assertThat(refusal(right.replace("\"version\":1", "\"version\":2")))
        .isEqualTo(ErrorCode.UNSUPPORTED);
  }

  private static ErrorCode refusal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return catchThrowableOfType(ZansocException.class, () -> RewardInputs.decode(bytes)).code();
  }

  private static BigInteger hundred() {
    return BigInteger.valueOf(100);
  }

  private static BigInteger part(BigInteger sum, long share, long of) {
    return sum.multiply(BigInteger.valueOf(share)).divide(BigInteger.valueOf(of));
  }

  private static Contribution host(
      AccountId account,
      long vcpuSeconds,
      long gpuSeconds,
      long bytes,
      int uptime,
      Amount fees,
      Amount before) {
    return new Contribution(
        account,
        BigInteger.valueOf(vcpuSeconds),
        BigInteger.valueOf(gpuSeconds),
        BigInteger.valueOf(bytes),
        uptime,
        fees,
        before);
  }

  private static String golden() throws IOException {
    try (InputStream file =
        RewardInputsTest.class.getResourceAsStream("/golden/reward-inputs-v1.json")) {
      if (file == null) {
        throw new IOException("no golden file");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
