package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.RewardClaim;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.SignedVoucher;
import cloud.zansoc.ledger.Voucher;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The encoding of docs/format/outbox.md. */
final class OperationFormatTest {
  private static final LeaseId LEASE = new LeaseId("0x" + bytes(0x20, 32));
  private static final DealId DEAL = new DealId(LEASE.text());
  private static final AccountId ACCOUNT = new AccountId("0x" + bytes(0x40, 20));
  private static final List<Operation> SAMPLES =
      List.of(
          new Operation.Settle(LEASE),
          new Operation.Close(LEASE, CloseReason.MOVED),
          new Operation.TopUp(LEASE, Duration.ofSeconds(4_000_000_000L)),
          new Operation.Withdraw(ACCOUNT, Amount.ofCoins(5)),
          new Operation.Redeem(
              new SignedVoucher(
                  new LedgerId(31337, ACCOUNT),
                  new Voucher(new AccountId("0x" + bytes(0x60, 20)), node(0x80), Amount.ofCoins(5)),
                  new Signature(number(0xa0), number(0xc0)))),
          new Operation.Prove(
              DEAL,
              new PossessionProof(
                  List.of(node(0x80), node(0x81)), List.of(node(0x90), node(0x91), node(0x92)))),
          new Operation.Fault(DEAL, 4_000_000_000L),
          new Operation.Claim(
              new RewardClaim(ACCOUNT, Amount.ofCoins(5), List.of(node(0x80), node(0x81)))),
          new Operation.Publish(new EpochRewards(3, node(0x80), Amount.ofCoins(5), node(0x90))),
          new Operation.OpenFor(
              ACCOUNT,
              node(0x80),
              List.of(
                  new SignedOffer(
                      new LedgerId(31337, ACCOUNT),
                      new Offer(
                          new AccountId("0x" + bytes(0x60, 20)),
                          Optional.of(ACCOUNT),
                          Amount.ofUnits(1230),
                          Instant.ofEpochSecond(1_900_000_000),
                          node(0x90),
                          number(0xa0)),
                      new Signature(number(0xb0), number(0xc0)))),
              Duration.ofSeconds(4_000_000_000L)),
          new Operation.TopUpFor(LEASE, Duration.ofSeconds(600)));

  @Test
  void operations_encoded_areThoseOfTheGoldenFile() throws IOException {
    String encoded =
        SAMPLES.stream()
            .map(operation -> HexFormat.of().formatHex(OperationFormat.encode(operation)) + "\n")
            .collect(Collectors.joining());

    assertThat(encoded).isEqualTo(golden());
    assertThat(golden().lines().map(HexFormat.of()::parseHex).map(OperationFormat::decode))
        .isEqualTo(SAMPLES);
  }

  @Test
  void operations_atRandom_comeBackWithTheSameBytes() {
    long seed = RandomGenerator.getDefault().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      Operation operation = operation(random);
      byte[] bytes = OperationFormat.encode(operation);
      assertThat(OperationFormat.decode(bytes)).as("seed %d", seed).isEqualTo(operation);
      assertThat(refusal(Arrays.copyOf(bytes, bytes.length - 1)))
          .as("cut off, seed %d", seed)
          .isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(refusal(Arrays.copyOf(bytes, bytes.length + 1)))
          .as("too long, seed %d", seed)
          .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Test
  void bytes_thatAreNoOperation_areRefused() {
    String settle = "5a4f503101" + bytes(0, 32);

    assertThat(refusal("")).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refusal(settle.replaceFirst("5a", "5b"))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refusal(settle.replaceFirst("31", "32"))).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(refusal(settle.replaceFirst("3101", "310c"))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    for (String wrong :
        List.of(
            "02" + bytes(0, 32) + "07",
            "05" + bytes(0xf0, 8) + bytes(0, 168),
            "08" + bytes(0, 52) + "41" + bytes(0, 65 * 32),
            "09" + bytes(0xf0, 8) + bytes(0, 96),
            "0a" + bytes(0, 56) + "00",
            "0a" + bytes(0, 56) + "65" + bytes(0, 0x65 * 260),
            "0a" + bytes(0, 56) + "01" + bytes(0xf0, 8) + bytes(0, 252),
            "0a" + bytes(0, 56) + "01" + bytes(0, 68) + bytes(0xf0, 32) + bytes(0, 160),
            "0a" + bytes(0, 56) + "01" + bytes(0, 68) + "00".repeat(32) + bytes(0xf0, 160))) {
      assertThat(refusal("5a4f5031" + wrong)).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  private static Operation operation(Random random) {
    LeaseId lease = new LeaseId("0x" + HexFormat.of().formatHex(random(random, 32)));
    return switch (random.nextInt(11)) {
      case 0 -> new Operation.Settle(lease);
      case 1 ->
          new Operation.Close(
              lease,
              List.of(CloseReason.values()).get(random.nextInt(CloseReason.values().length)));
      case 2 ->
          new Operation.TopUp(lease, Duration.ofSeconds(Integer.toUnsignedLong(random.nextInt())));
      case 3 -> new Operation.Withdraw(account(random), amount(random));
      case 4 ->
          new Operation.Redeem(
              new SignedVoucher(
                  new LedgerId(1 + random.nextInt(1 << 30), account(random)),
                  new Voucher(account(random), node(random), amount(random)),
                  new Signature(new BigInteger(256, random), new BigInteger(256, random))));
      case 5 ->
          new Operation.Prove(
              new DealId(lease.text()),
              new PossessionProof(nodes(random, 256), nodes(random, 1300)));
      case 6 ->
          new Operation.Fault(new DealId(lease.text()), Integer.toUnsignedLong(random.nextInt()));
      case 7 ->
          new Operation.Claim(new RewardClaim(account(random), amount(random), nodes(random, 65)));
      case 8 ->
          new Operation.OpenFor(
              account(random),
              node(random),
              Stream.generate(() -> offer(random)).limit(1 + random.nextInt(100)).toList(),
              Duration.ofSeconds(Integer.toUnsignedLong(random.nextInt())));
      case 9 ->
          new Operation.TopUpFor(
              lease, Duration.ofSeconds(Integer.toUnsignedLong(random.nextInt())));
      default ->
          new Operation.Publish(
              new EpochRewards(
                  random.nextLong() >>> 1, node(random), amount(random), node(random)));
    };
  }

  private static SignedOffer offer(Random random) {
    return new SignedOffer(
        new LedgerId(1 + random.nextInt(1 << 30), account(random)),
        new Offer(
            account(random),
            random.nextBoolean() ? Optional.of(account(random)) : Optional.empty(),
            new Amount(new BigInteger(random.nextInt(97), random)),
            Instant.ofEpochSecond(random.nextLong(1L << 40)),
            node(random),
            new BigInteger(256, random)),
        new Signature(new BigInteger(256, random), new BigInteger(256, random)));
  }

  private static AccountId account(Random random) {
    return new AccountId("0x" + HexFormat.of().formatHex(random(random, 20)));
  }

  private static Amount amount(Random random) {
    return new Amount(new BigInteger(random.nextInt(257), random));
  }

  private static Digest node(Random random) {
    return Digest.of(random(random, 32));
  }

  private static List<Digest> nodes(Random random, int bound) {
    return Stream.generate(() -> node(random)).limit(random.nextInt(bound)).toList();
  }

  private static Digest node(int first) {
    return Digest.of(HexFormat.of().parseHex(bytes(first, 32)));
  }

  private static BigInteger number(int first) {
    return new BigInteger(bytes(first, 32), 16);
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ErrorCode refusal(String hex) {
    return refusal(HexFormat.of().parseHex(hex));
  }

  private static ErrorCode refusal(byte[] bytes) {
    return catchThrowableOfType(ZansocException.class, () -> OperationFormat.decode(bytes)).code();
  }

  private static String golden() throws IOException {
    try (InputStream file =
        OperationFormatTest.class.getResourceAsStream("/golden/outbox-operations-v1.hex")) {
      if (file == null) {
        throw new IOException("no golden file");
      }
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static String bytes(int first, int count) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < count; i++) {
      hex.append("%02x".formatted((first + i) & 0xff));
    }
    return hex.toString();
  }
}
