package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.HostBinding;
import cloud.zansoc.ledger.OfferPricing;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.http.HttpServer;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Route;
import cloud.zansoc.net.http.Router;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostAccount;
import cloud.zansoc.net.node.LedgerView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host's part in the ledger of its hub, on a chain process with an exchange. */
final class LeaseOrdersTest {
  @TempDir private Path folder;

  private final Identity identity = Identity.create(new SecureRandom());
  private final Identity hub = Identity.create(new SecureRandom());
  private final AccountId client = TestKeys.named("client").account();
  private ChainWorld world;
  private Exchange exchange;
  private Optional<LedgerView> view = Optional.empty();
  private HttpServer server;
  private LeaseOrders orders;

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
    view =
        Optional.of(
            new LedgerView(
                Optional.of(world.anvil().url().toString()),
                world.chain().id(),
                world.contract("escrow").text(),
                world.contract("coin").text(),
                world.contract("registry").text(),
                world.contract("deals").text(),
                world.ledger().treasury().text(),
                TestKeys.named("hub").account().text(),
                Optional.of(
                    new LedgerView.Exchange(
                        contracts.contracts().router().text(),
                        contracts.twap().text(),
                        contracts.contracts().factory().text(),
                        contracts.contracts().pair().text(),
                        contracts.contracts().stablecoin().text()))));
    server =
        new HttpServer(
            hub,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new HttpServer.Service(
                new Router(List.of(new Route("GET", "/v1/ledger", request -> ledger()))),
                peer -> true,
                new HttpLimits(16 * 1024, 100, Duration.ofSeconds(10), 1e6, 1e6),
                (method, template, status, nanos) -> {}));
    server.start();
    HostConfigurationFile.write(
        new HostConfiguration(
            new HostConfiguration.Hub(
                address(), new HostAddress("127.0.0.1", 7001), hub.publicKey()),
            "attic",
            new HostConfiguration.Offer(
                ByteSize.parse("1GB"),
                new ByteSize(0),
                HostConfiguration.Offer.DEFAULT_PRICE,
                Map.of(),
                Schedule.ALWAYS),
            HostConfiguration.Network.RELAY_ONLY,
            Optional.of(lent())),
        new HostFolder(folder).configuration());
    orders = orders(lent());
  }

  private Reply ledger() {
    return Reply.ok(
        view.orElseThrow(() -> new ZansocException(ErrorCode.UNSUPPORTED, "no ledger")));
  }

  private HostAddress address() {
    return new HostAddress("127.0.0.1", server.port());
  }

  private LeaseOrders orders(Compute lent) {
    return new LeaseOrders(
        new HostFolder(folder),
        identity,
        lent,
        () -> new ApiClient(identity, hub.id(), address(), ApiClient.Patience.SHORT));
  }

  private static Compute lent() {
    return new Compute(
        Compute.DEFAULT_ENGINE,
        new ComputeOffer.Capacity(4000, ByteSize.parse("4GB"), ByteSize.parse("40GB"), 0),
        Compute.DEFAULT_PRICES,
        Duration.ZERO,
        Optional.empty());
  }

  @AfterEach
  void end() {
    orders.close();
    server.close();
    world.close();
  }

  @Test
  void offer_ofAHost_isOneOnWhichALeaseCanBeOpened() {
    HostOffer offer = Json.read(orders.offer(request()), HostOffer.class);

    Amount rate =
        new OfferPricing(exchange)
            .rate(InstancePrice.hour(Compute.DEFAULT_PRICES, instance().size(), List.of()))
            .orThrow();
    assertThat(offer.unitsPerSecond()).isEqualTo(rate.units().toString());
    assertThat(offer.host()).isEqualTo(FolderWallet.account(folder).text());
    orders.close();
    orders = orders(lent());
    assertThat(Json.read(orders.offer(request()), HostOffer.class)).isEqualTo(offer);
  }

  @Test
  void account_ofAHost_isSignedForByItsKey() {
    HostAccount account = Json.read(orders.account(), HostAccount.class);

    AccountId own = FolderWallet.account(folder);
    assertThat(account.account()).isEqualTo(own.text());
    String key = "0x" + HexFormat.of().formatHex(identity.publicKey());
    assertThat(new HostBinding(key, account.signature()).isOf(world.registry().bindingMessage(own)))
        .isTrue();
  }

  @Test
  void offer_whileTheChainIsAway_isRefusedAndMadeLater() {
    URI nowhere = URI.create("http://127.0.0.1:1");
    Compute lent = lent();
    LeaseOrders away =
        orders(
            new Compute(
                lent.engine(),
                lent.capacity(),
                lent.prices(),
                lent.shortest(),
                lent.longest(),
                Optional.of(nowhere)));
    try (away) {
      assertRefused(away, ErrorCode.UNREACHABLE, "does not answer");
    }
    Optional<LedgerView> known = view;
    view = Optional.empty();
    assertRefused(orders, ErrorCode.UNSUPPORTED, "no ledger");
    view = known;
    assertThat(Json.read(orders.offer(request()), HostOffer.class).nonce()).isEqualTo(nonce());
  }

  private void assertRefused(LeaseOrders of, ErrorCode code, String message) {
    ZansocException refusal =
        catchThrowableOfType(ZansocException.class, () -> of.offer(request()));
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal).hasMessageContaining(message);
  }

  private byte[] request() {
    return Json.write(
        new OfferRequest(instance(), client.text(), world.ledger().id().text(), expiry, nonce()));
  }

  private final Instant expiry =
      Instant.now().plus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.SECONDS);

  private static Digest nonce() {
    return Digest.sha256(new byte[] {1});
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
