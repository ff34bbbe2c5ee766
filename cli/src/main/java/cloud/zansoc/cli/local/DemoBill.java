package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LeaseRecord;
import cloud.zansoc.ledger.Payment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What a deployment has cost, read from the chain: what left the client's balance must have reached
 * hosts and provider to the unit.
 */
final class DemoBill {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(250);

  private final ChainSession chain;
  private final AccountId client;
  private final Map<AccountId, String> names;
  private Amount before = Amount.ZERO;
  private Amount treasury = Amount.ZERO;

  /**
   * @param names of the hosts, by their accounts
   */
  DemoBill(ChainSession chain, AccountId client, Map<AccountId, String> names) {
    this.chain = chain;
    this.client = client;
    this.names = Map.copyOf(names);
  }

  /** Before anything is leased. */
  void begin() {
    before = chain.ledger().balance(client);
    treasury = chain.ledger().balance(chain.ledger().treasury());
  }

  /** Waits until all leases are closed, and shows who paid what to whom. */
  void end(Output output, BiConsumer<String, String> figure) {
    awaitClosed();
    Amount spent = before.minus(chain.ledger().balance(client));
    Amount commission = chain.ledger().balance(chain.ledger().treasury()).minus(treasury);
    Payment all = Payment.NONE;
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<AccountId, String> host : hosts().entrySet()) {
      Payment paid = chain.history().earnings(host.getKey()).leases();
      all = all.plus(paid);
      rows.add(row(host.getValue(), paid));
    }
    rows.add(row("all", all));
    output.table(List.of("HOST", ">CLIENT PAID", ">COMMISSION", ">TO THE HOST"), rows);
    require("what hosts were paid for", all.gross(), spent);
    require("the commission", all.fee(), commission);
    if (spent.isZero()) {
      throw new ZansocException(ErrorCode.DAMAGED, "leases have cost nothing");
    }
    figure.accept("leases: the client paid", spent.coins() + " coins");
    figure.accept("leases: the hosts received", all.net().coins() + " coins");
    figure.accept("leases: commission (a tenth)", commission.coins() + " coins");
  }

  /** Those that have had a lease of the client, by name. */
  private Map<AccountId, String> hosts() {
    Map<AccountId, String> found = new TreeMap<>((one, other) -> name(one).compareTo(name(other)));
    chain
        .history()
        .leasesOfClient(client)
        .forEach(lease -> found.put(lease.host(), name(lease.host())));
    return found;
  }

  private String name(AccountId host) {
    return names.getOrDefault(host, host.text().toLowerCase(Locale.ROOT));
  }

  private void awaitClosed() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (open() > 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT,
            "%d leases are open %d s after the end of their deployment"
                .formatted(open(), PATIENCE.toSeconds()));
      }
      Pause.of(POLL);
    }
  }

  private long open() {
    return chain.history().leasesOfClient(client).stream()
        .map(LeaseRecord::open)
        .filter(Optional::isPresent)
        .count();
  }

  private static List<String> row(String host, Payment paid) {
    return List.of(host, paid.gross().coins(), paid.fee().coins(), paid.net().coins());
  }

  private static void require(String what, Amount seen, Amount expected) {
    if (!seen.equals(expected)) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "%s is %s coins and not %s".formatted(what, seen.coins(), expected.coins()));
    }
  }
}
