package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.LedgerView;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets the hub pay a deployment's leases from the wallet's balance, within limits. */
final class Allowance {
  /**
   * Another host may be twice as dear, and the coin's price moves; an instance that moves there
   * before it leaves the one that it is on has leases on both.
   */
  private static final int RATE_FACTOR = 3;

  @Option(
      names = "--chain",
      paramLabel = "URL",
      description = "A node of the ledger's chain to ask (default: the one that the hub names).")
  private Optional<URI> node = Optional.empty();

  @Mixin private PasswordOption password;

  /** Whether the hub has a ledger, so that deployments are paid. */
  static boolean isNeeded(Session session) {
    try {
      session.api().call(ApiCall.get("/v1/ledger"), LedgerView.class);
      return true;
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.UNSUPPORTED) {
        return false;
      }
      throw e;
    }
  }

  /**
   * What is allowed.
   *
   * @param rate of all leases together, for a second
   * @param mostRate the same where they move or the coin's price does
   * @param time for how long
   * @param runway paid in advance; set aside beside {@code time}, and comes back
   */
  record Terms(Amount rate, Amount mostRate, Duration time, Duration runway) {
    /**
     * At a rate.
     *
     * @param perHour what the rate is in US dollars
     * @param most the deployment's limit, which holds for the hosts that are chosen: while all of
     *     it moves, there are leases of twice as much
     */
    static Terms of(
        Amount rate, Money perHour, Optional<Money> most, Duration time, Duration runway) {
      Amount limit =
          most.filter(any -> perHour.microDollars() > 0)
              .map(money -> inProportion(rate, money, perHour).times(2))
              .filter(amount -> amount.compareTo(rate) > 0)
              .orElseGet(() -> rate.times(RATE_FACTOR));
      return new Terms(rate, limit, time, runway);
    }

    /**
     * For what a deployment has, and what it lacks because it was not paid.
     *
     * @param perHour what it has
     */
    static Terms of(
        DeploymentView.Payment payment, Money perHour, Optional<Money> most, Duration time) {
      BigInteger open = new BigInteger(payment.unitsPerSecond());
      return of(
          new Amount(open.add(new BigInteger(payment.askedUnitsPerSecond()))),
          perHour.plus(payment.askedPerHour()),
          most,
          time,
          Duration.ZERO);
    }

    /** What the hub may use from now on. */
    Amount budget() {
      return rate.times(time.plus(runway).toSeconds());
    }
  }

  /** A rate that is to an amount as another rate is to its amount, rounded up. */
  static Amount inProportion(Amount rate, Money amount, Money of) {
    BigInteger[] parts =
        rate.units()
            .multiply(BigInteger.valueOf(amount.microDollars()))
            .divideAndRemainder(BigInteger.valueOf(of.microDollars()));
    return new Amount(parts[0].add(BigInteger.valueOf(parts[1].signum())));
  }

  /** The chain with the wallet open, to be closed. */
  Open open(Session session) {
    ChainSession chain = ChainSession.open(session, node);
    try {
      return new Open(chain, chain.unlock(password).account());
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
  }

  /** A wallet that is open. */
  record Open(ChainSession chain, AccountId account) implements AutoCloseable {
    /**
     * Allows it, and deposits what the balance lacks.
     *
     * @param deployment the mandate's number
     * @throws ZansocException PRECONDITION_FAILED where the coins do not reach: nothing has moved
     */
    Mandate grant(Digest deployment, Terms terms) {
      Instant expiry =
          chain
              .ledger()
              .now()
              .plus(terms.time())
              .plus(terms.runway())
              .truncatedTo(ChronoUnit.SECONDS);
      return chain.allow(account, deployment, terms.budget(), terms.mostRate(), expiry);
    }

    /** Ends it. */
    void revoke(Digest deployment) {
      chain.mandates().revoke(account, chain.hub(), deployment).orThrow();
    }

    @Override
    public void close() {
      chain.close();
    }
  }
}
