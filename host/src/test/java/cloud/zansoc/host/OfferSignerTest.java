package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.LeasedResources;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.net.node.ComputeOffer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host signs when its hub asks for an offer. */
final class OfferSignerTest {
  private static final LedgerId LEDGER = new LedgerId(31337, TestKeys.named("escrow").account());
  private static final AccountId CLIENT = TestKeys.named("client").account();
  private static final Digest NONCE = Digest.sha256(new byte[] {1});
  private static final Money HOUR = new Money(5_006_850);

  @TempDir private Path folder;

  private final EvmKey key = TestKeys.named("host");
  private Instant now = Instant.ofEpochSecond(1_900_000_000);
  private Outcome<Amount> rate = new Outcome.Done<>(Amount.ofUnits(1230));
  private Money asked = Money.ZERO;
  private OfferSigner signer = signer();

  /** One unit of each price is worth a dollar, a GB-month of storage a thousandth of one. */
  private OfferSigner signer() {
    OfferMarket market =
        new OfferMarket() {
          @Override
          public LedgerId ledger() {
            return LEDGER;
          }

          @Override
          public Outcome<Amount> rate(Money hour) {
            asked = hour;
            return rate;
          }
        };
    ComputeOffer.Prices prices =
        new ComputeOffer.Prices(
            new Money(1_000_000),
            new Money(1_000_000),
            new Money(1_000_000),
            Money.ZERO,
            new Money(1_000_000));
    return new OfferSigner(
        key, market, () -> prices, new OfferBook(folderOrNone().resolve("offers")), () -> now);
  }

  private Path folderOrNone() {
    return folder == null ? Path.of("unused") : folder;
  }

  @BeforeEach
  void inFolder() {
    signer = signer();
  }

  @Test
  void sign_aRequest_isAnOfferThatTheLedgerTakes() {
    HostOffer offer = signer.sign(request());

    assertThat(asked).isEqualTo(HOUR);
    assertThat(offer)
        .isEqualTo(
            new HostOffer(
                "eip155:31337:" + LEDGER.escrow(),
                offer.lease(),
                key.account().text(),
                CLIENT.text(),
                "1230",
                now.plusSeconds(600),
                LeasedResources.digest(instance(Map.of())),
                NONCE,
                offer.signature()));
    Offer terms =
        new Offer(
            key.account(),
            Optional.of(CLIENT),
            Amount.ofUnits(1230),
            now.plusSeconds(600),
            offer.resources(),
            new BigInteger(1, NONCE.toBytes()));
    EvmOffers scheme = new EvmOffers(LEDGER);
    assertThat(scheme.leaseId(terms).digest()).isEqualTo(offer.lease());
    assertThat(scheme.signer(terms, Signature.parse(offer.signature()))).contains(key.account());
  }

  @Test
  void sign_theSameRequestAgain_givesTheSameOfferAlsoAfterARestartAndAtAnotherPrice() {
    HostOffer first = signer.sign(request());
    rate = new Outcome.Done<>(Amount.ofUnits(9990));

    assertThat(signer.sign(request())).isEqualTo(first);
    now = now.plusSeconds(7200);
    assertThat(signer().sign(request(NONCE, now.plusSeconds(600 - 7200)))).isEqualTo(first);
  }

  @Test
  void sign_manyAtOnce_isOneOffer() throws Exception {
    List<Callable<HostOffer>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(() -> signer.sign(request()));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<HostOffer> offers = new ArrayList<>();
      for (Future<HostOffer> call : threads.invokeAll(calls)) {
        offers.add(call.get());
      }
      assertThat(offers.stream().distinct()).hasSize(1);
    }
  }

  @Test
  void sign_anotherRequestWithAUsedNonce_isAConflict() {
    signer.sign(request());

    assertRefused(request(NONCE, now.plusSeconds(601)), ErrorCode.CONFLICT);
    OfferRequest other =
        new OfferRequest(
            instance(Map.of()),
            TestKeys.named("other").account().text(),
            LEDGER.text(),
            now.plusSeconds(600),
            NONCE);
    assertRefused(other, ErrorCode.CONFLICT);
  }

  @Test
  void sign_environments_leaveTheDigestAsItIs() {
    HostOffer open = signer.sign(request());
    OfferRequest secret =
        new OfferRequest(
            instance(Map.of("PASSWORD", "hunter2")),
            CLIENT.text(),
            LEDGER.text(),
            now.plusSeconds(600),
            NONCE);

    assertThat(signer.sign(secret)).isEqualTo(open);
  }

  @Test
  void sign_whatCannotBeOffered_saysWhy() throws IOException {
    assertRefused(request(NONCE, now), ErrorCode.INVALID_ARGUMENT);
    assertRefused(request(NONCE, now.plus(Duration.ofHours(2))), ErrorCode.INVALID_ARGUMENT);
    assertRefused(request(NONCE, now.plusMillis(1500)), ErrorCode.INVALID_ARGUMENT);
    for (String client : List.of("bob", AccountId.NOBODY.text())) {
      assertRefused(
          new OfferRequest(instance(Map.of()), client, LEDGER.text(), now.plusSeconds(600), NONCE),
          ErrorCode.INVALID_ARGUMENT);
    }
    String elsewhere = new LedgerId(1, LEDGER.escrow()).text();
    assertRefused(
        new OfferRequest(instance(Map.of()), CLIENT.text(), elsewhere, now.plusSeconds(600), NONCE),
        ErrorCode.PRECONDITION_FAILED);
    rate = new Outcome.Refused<>(new Refusal.NoPrice());
    assertRefused(request(), ErrorCode.PRECONDITION_FAILED);
    assertThat(folder.resolve("offers")).doesNotExist();
  }

  @Test
  void offers_overForADay_areForgotten() throws IOException {
    signer.sign(request());
    now = now.plus(Duration.ofDays(2));

    signer.sign(request(Digest.sha256(new byte[] {2}), now.plusSeconds(600)));

    try (Stream<Path> files = Files.list(folder.resolve("offers"))) {
      assertThat(files).hasSize(1);
    }
  }

  private void assertRefused(OfferRequest request, ErrorCode code) {
    assertThat(catchThrowableOfType(ZansocException.class, () -> signer.sign(request)).code())
        .isEqualTo(code);
  }

  private OfferRequest request() {
    return request(NONCE, now.plusSeconds(600));
  }

  private static OfferRequest request(Digest nonce, Instant expiry) {
    return new OfferRequest(instance(Map.of()), CLIENT.text(), LEDGER.text(), expiry, nonce);
  }

  private static InstanceSpec instance(Map<String, String> environment) {
    return new InstanceSpec(
        InstanceId.parse("a".repeat(26)),
        "web-1",
        "shop",
        "tenant",
        "debian",
        List.of("sleep", "infinity"),
        environment,
        new InstanceSize(1500, ByteSize.parse("2500MB"), ByteSize.parse("4GB"), 1),
        List.of(
            new InstanceSpec.Volume(
                "volume-1",
                new VolumeMount("data", "/data", ByteSize.parse("1GB"), Duration.ofMinutes(1)))),
        List.of(),
        RestartPolicy.ALWAYS,
        Optional.empty());
  }
}
