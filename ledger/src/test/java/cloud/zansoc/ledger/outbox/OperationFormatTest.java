package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The encoding of docs/format/outbox.md. */
final class OperationFormatTest {
  private static final LeaseId LEASE = new LeaseId("0x" + bytes(0x20, 32));
  private static final List<Operation> SAMPLES =
      List.of(
          new Operation.Settle(LEASE),
          new Operation.Close(LEASE, CloseReason.MOVED),
          new Operation.TopUp(LEASE, Duration.ofSeconds(4_000_000_000L)),
          new Operation.Withdraw(new AccountId("0x" + bytes(0x40, 20)), Amount.ofCoins(5)));

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
    assertThat(refusal(settle.replaceFirst("3101", "3105"))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refusal("5a4f503102" + bytes(0, 32) + "07")).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  private static Operation operation(Random random) {
    LeaseId lease = new LeaseId("0x" + HexFormat.of().formatHex(random(random, 32)));
    return switch (random.nextInt(4)) {
      case 0 -> new Operation.Settle(lease);
      case 1 ->
          new Operation.Close(
              lease,
              List.of(CloseReason.values()).get(random.nextInt(CloseReason.values().length)));
      case 2 ->
          new Operation.TopUp(lease, Duration.ofSeconds(Integer.toUnsignedLong(random.nextInt())));
      default ->
          new Operation.Withdraw(
              new AccountId("0x" + HexFormat.of().formatHex(random(random, 20))),
              new Amount(new BigInteger(random.nextInt(257), random)));
    };
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
