package cloud.zansoc.hub;

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
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.OfferPricing;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hub has against offers of hosts, on a chain process with an exchange. */
final class LedgerOffersTest {
  private static final Money HOUR = new Money(100_000);
  private static final Digest NONCE = Digest.sha256(new byte[] {1});
  private static final Instant EXPIRY = Instant.ofEpochSecond(1_900_100_000);

  private final EvmKey host = TestKeys.named("host");
  private final EvmKey client = TestKeys.named("client");
  private ChainWorld world;
  private Exchange exchange;
  private LedgerNode node;
  private LedgerOffers offers;

  @BeforeEach
  void start() throws IOException {
    world = ChainWorld.start();
    ChainExchange contracts = ChainExchange.on(world, true);
    exchange = contracts.exchange();
    EvmKey provider = TestKeys.fresh();
    contracts.fund(provider, Amount.ofCoins(10), Amount.ofUnits(5_000_000));
    exchange
        .add(
            provider.account(),
            Amount.ofCoins(10),
            Amount.ofUnits(5_000_000),
            new Bounds(Amount.ZERO, Amount.ZERO, exchange.now()))
        .orThrow();
    exchange.update(provider.account()).orThrow();
    world.pass(Duration.ofMinutes(1));
    exchange.update(provider.account()).orThrow();
    node = node(Optional.of(contracts));
    offers = new LedgerOffers(node);
  }

  private LedgerNode node(Optional<ChainExchange> contracts) {
    return new LedgerNode(
        new LedgerSettings(
            LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
            world.contract("escrow"),
            contracts.map(its -> new LedgerSettings.Exchange(its.contracts().router(), its.twap())),
            Duration.ofDays(1)),
        TestKeys.named("hub").account());
  }

  @AfterEach
  void end() {
    node.close();
    world.close();
  }

  @Test
  void objection_toAnOfferAtThePublishedPrice_isNone() {
    assertThat(objection(offer(rate(), host))).isEmpty();
    assertThat(offers.ledger()).isEqualTo(world.ledger().id().text());
    assertThat(offers.validity()).isPositive();
  }

  @Test
  void objection_toAPriceThatMovedALittle_isNone_toADearOneNamesIt() {
    BigInteger tenth = rate().units().divide(BigInteger.valueOf(1000)).multiply(BigInteger.TEN);
    assertThat(objection(offer(rate().plus(new Amount(tenth)), host))).isEmpty();

    Amount dear = rate().times(2);
    assertThat(objection(offer(dear, host)).orElseThrow())
        .contains("it asks for " + dear, "0.10 USD an hour");
  }

  @Test
  void objection_toAnotherSigner_namesTheHostsAccount() {
    HostOffer own = offer(rate(), host);
    HostOffer forged = offer(rate(), client);
    HostOffer relabelled = with(own, own.host(), own.lease(), forged.signature());

    assertThat(objection(forged).orElseThrow()).contains("the host has published " + own.host());
    assertThat(objection(relabelled).orElseThrow()).contains("not signed by " + own.host());
    assertThat(objection(with(own, own.host(), NONCE, own.signature())).orElseThrow())
        .contains("its lease is not");
  }

  @Test
  void objection_toWhatWasNotAskedFor_saysSo() {
    HostOffer own = offer(rate(), host);
    assertThat(
            offers.objection(
                own, request(EXPIRY.plusSeconds(1), NONCE), host.account().text(), HOUR))
        .isPresent();
    assertThat(offers.objection(own, request(EXPIRY, own.lease()), host.account().text(), HOUR))
        .isPresent();
    OfferRequest larger =
        new OfferRequest(
            instance()
                .resized(new InstanceSize(2000, ByteSize.parse("1GB"), ByteSize.parse("1GB"), 0)),
            client.account().text(),
            offers.ledger(),
            EXPIRY,
            NONCE);
    assertThat(offers.objection(own, larger, host.account().text(), HOUR)).isPresent();
    LedgerId elsewhere = new LedgerId(1, world.ledger().id().escrow());
    assertThat(
            objection(
                    new HostOffer(
                        elsewhere.text(),
                        own.lease(),
                        own.host(),
                        own.client(),
                        own.unitsPerSecond(),
                        own.expiry(),
                        own.resources(),
                        own.nonce(),
                        own.signature()))
                .orElseThrow())
        .contains("not for " + offers.ledger());
    for (HostOffer malformed :
        List.of(
            with(own, "bob", own.lease(), own.signature()),
            with(own, own.host(), own.lease(), "0x12"))) {
      assertThat(objection(malformed)).isPresent();
    }
  }

  @Test
  void objection_whereThePriceIsNotKnown_saysWhyOrIsAskedAgain() {
    HostOffer own = offer(rate(), host);
    try (LedgerNode without = node(Optional.empty())) {
      assertThat(
              new LedgerOffers(without)
                  .objection(own, request(EXPIRY, NONCE), host.account().text(), HOUR)
                  .orElseThrow())
          .contains("no exchange");
    }
    world.anvil().close();
    ZansocException away = catchThrowableOfType(ZansocException.class, () -> objection(own));
    assertThat(away.code()).isEqualTo(ErrorCode.UNREACHABLE);
  }

  private Optional<String> objection(HostOffer offer) {
    return offers.objection(offer, request(EXPIRY, NONCE), host.account().text(), HOUR);
  }

  private Amount rate() {
    return new OfferPricing(exchange).rate(HOUR).orThrow();
  }

  private OfferRequest request(Instant expiry, Digest nonce) {
    return new OfferRequest(instance(), client.account().text(), offers.ledger(), expiry, nonce);
  }

  private HostOffer offer(Amount rate, EvmKey signer) {
    Offer offer =
        new Offer(
            signer.account(),
            Optional.of(client.account()),
            rate,
            EXPIRY,
            LeasedResources.digest(instance()),
            new BigInteger(1, NONCE.toBytes()));
    EvmOffers scheme = world.offers();
    return new HostOffer(
        scheme.ledger().text(),
        scheme.leaseId(offer).digest(),
        signer.account().text(),
        client.account().text(),
        rate.units().toString(),
        EXPIRY,
        offer.resources(),
        NONCE,
        scheme.sign(signer, offer).signature().text());
  }

  private static HostOffer with(HostOffer offer, String host, Digest lease, String signature) {
    return new HostOffer(
        offer.ledger(),
        lease,
        host,
        offer.client(),
        offer.unitsPerSecond(),
        offer.expiry(),
        offer.resources(),
        offer.nonce(),
        signature);
  }

  private static InstanceSpec instance() {
    return new InstanceSpec(
        InstanceId.parse("a".repeat(26)),
        "web-1",
        "shop",
        "tenant",
        "debian",
        List.of(),
        Map.of(),
        new InstanceSize(1000, ByteSize.parse("1GB"), ByteSize.parse("1GB"), 0),
        List.of(),
        List.of(),
        RestartPolicy.ALWAYS,
        Optional.empty());
  }
}
