package cloud.zansoc.cli.local;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.evm.DevelopmentChain;
import cloud.zansoc.ledger.evm.EvmDeals;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The demonstration's chapter about money, of a profile that has a wallet: what a client prepays
 * reaches a host second by second, a tenth goes to the provider, the rest comes back; a storage
 * deal is proven once and missed once, a swap moves the coin's price, and the hub's books agree to
 * the unit.
 */
final class LedgerChapter {
  /** A thousandth of a coin a second. */
  private static final Amount RATE = new Amount(BigInteger.TEN.pow(15));

  private static final Duration PREPAID = Duration.ofHours(1);
  private static final Duration USED = Duration.ofMinutes(30);

  private final Output output;
  private final Profile profile;
  private final Consumer<String[]> zansoc;
  private final BiConsumer<String, String> figure;
  private final Path stored;

  /**
   * @param stored the file that a storage deal is about
   * @param zansoc runs a command that must succeed
   * @param figure takes what is shown at the end
   */
  LedgerChapter(
      Output output,
      Profile profile,
      Path stored,
      Consumer<String[]> zansoc,
      BiConsumer<String, String> figure) {
    this.output = output;
    this.profile = profile;
    this.zansoc = zansoc;
    this.figure = figure;
    this.stored = stored;
  }

  void run() throws IOException {
    try (Session session = Session.open(profile);
        ChainSession chain = ChainSession.open(session, Optional.empty())) {
      EvmKey client = chain.unlock(new PasswordOption());
      EvmKey host = EvmKey.random(new SecureRandom());
      chain.keys().add(host);
      lease(chain, client.account(), host);
      deal(chain, client, host);
      exchange(chain, client.account());
    }
    zansoc("wallet", "history");
    zansoc("ledger", "reconcile");
  }

  /** The host stakes out of what it has earned. */
  private void deal(ChainSession chain, EvmKey client, EvmKey host) throws IOException {
    DemoDeal.Result deal =
        new DemoDeal(
                new EvmDeals(chain.chain(), chain.contracts(), chain.keys()),
                chain.registry(),
                new DevelopmentChain(chain.chain()))
            .play(client, host, stored, chain.ledger().now());
    output.line(
        "  the host proves that it has %s, by 4 of its %d leaves, and is paid %s coins"
            .formatted(stored.getFileName(), deal.deal().leaves(), deal.proven().gross().coins()));
    output.line(
        "  in the next period it does not: %s coins go back to the client, %s of its stake are lost"
            .formatted(deal.faulted().refund().coins(), deal.faulted().slashed().coins()));
    figure.accept("storage deal: proven once, paid", deal.proven().gross().coins() + " coins");
    figure.accept(
        "storage deal: faulted once, slashed", deal.faulted().slashed().coins() + " coins");
  }

  private void exchange(ChainSession chain, AccountId client) {
    new ExchangeScene(output, new DevelopmentChain(chain.chain())::pass, figure)
        .run(new EvmExchange(chain.chain(), chain.exchange(), chain.keys()), client);
  }

  private void lease(ChainSession chain, AccountId client, EvmKey host) {
    Ledger ledger = chain.ledger();
    AccountId treasury = ledger.treasury();
    Amount before = ledger.balance(client);
    Amount treasuryBefore = ledger.balance(treasury);

    Lease lease = ledger.open(client, offer(ledger, host), PREPAID).orThrow();
    output.line(
        "  host %s offered a machine for %s coins a second; the client prepaid an hour"
            .formatted(host.account(), RATE.coins()));
    new DevelopmentChain(chain.chain()).pass(USED);
    Payment paid = ledger.settle(host.account(), lease.id()).orThrow();
    output.line(
        "  half an hour later: the host settles, and %s coins are due"
            .formatted(paid.gross().coins()));
    Amount refund = ledger.close(host.account(), lease.id(), CloseReason.HOST_LEAVES).orThrow();

    Amount earned = ledger.balance(host.account());
    Amount commission = ledger.balance(treasury).minus(treasuryBefore);
    Amount spent = before.minus(ledger.balance(client));
    require("host and commission", earned.plus(commission), spent);
    require("commission", commission, spent.commission());
    require("paid and refunded", spent.plus(refund), RATE.times(PREPAID.toSeconds()));
    figure.accept("lease: the client paid", spent.coins() + " coins");
    figure.accept("lease: the host received", earned.coins() + " coins");
    figure.accept("lease: commission (a tenth)", commission.coins() + " coins");
    figure.accept("lease: came back to the client", refund.coins() + " coins");
  }

  private static SignedOffer offer(Ledger ledger, EvmKey host) {
    return new EvmOffers(ledger.id())
        .sign(
            host,
            new Offer(
                host.account(),
                Optional.empty(),
                RATE,
                ledger.now().plus(PREPAID),
                Digest.sha256("8 vCPUs, 16 GB".getBytes(StandardCharsets.UTF_8)),
                BigInteger.ONE));
  }

  private static void require(String what, Amount seen, Amount expected) {
    if (!seen.equals(expected)) {
      throw new ZansocException(
          ErrorCode.DAMAGED, "%s are %s and not %s".formatted(what, seen, expected));
    }
  }

  private void zansoc(String... arguments) {
    zansoc.accept(arguments);
  }
}
