package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The commands of clients and hosts. */
final class LeaseCommandTest extends LedgerCommandFixture {
  /** A coin an hour, to ten units. */
  private static final Amount RATE = Amount.ofUnits(277_777_777_777_770L);

  private final EvmKey host = TestKeys.fresh();

  LeaseCommandTest() throws IOException {}

  @Test
  void lease_fromListingToClosing_isShownAndPaidByTheWallet() {
    assertThat(done("lease", "ls", "--json").out().strip()).isEqualTo("[]");
    Lease lease = open(Duration.ofHours(1));
    String id = lease.id().text();

    assertThat(done("lease", "ls").out()).contains(id, "open", host.account().text(), "1h 0m");
    assertThat(done("lease", "show", id, "--json").out())
        .contains("\"state\":\"open\"", "\"runwaySeconds\":3600");
    assertThat(done("lease", "ls", "--as-host", "--account=" + host.account()).out()).contains(id);

    // Three coins are needed, one is in the escrow: two are deposited.
    assertThat(done("lease", "topup", id, "3h").out()).contains("Paid until");
    assertThat(world.ledger().lease(lease.id()).orElseThrow().paidUntil())
        .isEqualTo(lease.paidUntil().plus(Duration.ofHours(3)));
    assertThat(world.ledger().balance(wallet.account())).isEqualTo(Amount.ZERO);

    world.pass(Duration.ofHours(1));
    assertThat(done("lease", "close", id, "--reason=MOVED", "--json").out())
        .contains("\"refund\":\"" + RATE.times(3 * 3600).coins() + "\"");
    assertThat(done("lease", "ls").out()).doesNotContain(id);
    assertThat(done("lease", "ls", "--all").out()).contains(id, "closed");
  }

  @Test
  void topUp_ofMoreThanTheWalletHas_movesNoCoin() {
    Lease lease = open(Duration.ofHours(1));
    Amount balance = world.ledger().balance(wallet.account());
    Amount coins = world.ledger().coins(wallet.account());

    Run result = run("lease", "topup", lease.id().text(), "100h");

    assertThat(result.exit()).isEqualTo(5);
    assertThat(result.err()).contains("needed are 99.9999");
    assertThat(world.ledger().balance(wallet.account())).isEqualTo(balance);
    assertThat(world.ledger().coins(wallet.account())).isEqualTo(coins);
    assertThat(run("lease", "topup", lease.id().text(), "0s").exit()).isEqualTo(2);
    world.pass(Duration.ofHours(2));
    assertThat(run("lease", "topup", lease.id().text(), "1h").err()).contains("was paid until");
    assertThat(world.ledger().coins(wallet.account())).isEqualTo(coins);
  }

  @Test
  void lease_thatIsUnknownOrNoId_isRefused() {
    String unknown = "0x" + "ab".repeat(32);
    assertThat(run("lease", "show", unknown).exit()).isEqualTo(4);
    assertThat(run("lease", "topup", unknown, "1h").exit()).isEqualTo(4);
    assertThat(run("lease", "close", unknown).exit()).isEqualTo(4);
    assertThat(run("lease", "close", "0x12").err()).contains("64 hexadecimal digits");
    assertThat(run("lease", "close", unknown, "--reason=BORED").exit()).isEqualTo(2);
  }

  @Test
  void earningsOfAHost_areShownAndWithdrawn() {
    Lease lease = open(Duration.ofHours(1));
    world.pass(Duration.ofMinutes(30));
    world.ledger().settle(wallet.account(), lease.id()).orThrow();
    world.pass(Duration.ofMinutes(15));

    assertThat(done("host", "earnings", "--account=" + host.account(), "--json").out())
        .contains("\"settled\":{\"gross\":\"" + RATE.times(1800).coins() + "\"")
        .contains("\"unsettled\":{\"gross\":\"" + RATE.times(900).coins() + "\"")
        .contains("\"openLeases\":1");
    assertThat(done("host", "earnings").out()).contains("unsettled", "balance ");

    AccountId other = TestKeys.fresh().account();
    done("host", "withdraw", "0.25", "--to=" + other);
    assertThat(world.ledger().coins(other)).isEqualTo(Amount.parse("0.25"));
    done("host", "withdraw");
    assertThat(world.ledger().balance(wallet.account())).isEqualTo(Amount.ZERO);
    assertThat(run("host", "withdraw").err()).contains("nothing to withdraw");
    assertThat(run("host", "withdraw", "1").exit()).isEqualTo(5);
    assertThat(run("host", "withdraw", "-1").exit()).isEqualTo(2);
    assertThat(run("host", "withdraw", "1", "--to=0x12").err()).contains("40 hexadecimal digits");
  }

  private Lease open(Duration paid) {
    Offer offer =
        new Offer(
            host.account(),
            Optional.empty(),
            RATE,
            world.ledger().now().plus(Duration.ofHours(1)),
            Digest.sha256(new byte[0]),
            BigInteger.ONE);
    return world.ledger().open(wallet.account(), world.offers().sign(host, offer), paid).orThrow();
  }
}
