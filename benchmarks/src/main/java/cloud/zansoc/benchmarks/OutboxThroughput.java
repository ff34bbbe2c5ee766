package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Digest;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlOutboxStore;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.evm.ChainOptions;
import cloud.zansoc.ledger.evm.DeployPlan;
import cloud.zansoc.ledger.evm.Deployer;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmLedger;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.ledger.evm.EvmOutboxChain;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.ledger.outbox.Operation;
import cloud.zansoc.ledger.outbox.Outbox;
import cloud.zansoc.ledger.outbox.OutboxEntry;
import cloud.zansoc.ledger.outbox.OutboxLoop;
import cloud.zansoc.ledger.outbox.OutboxOptions;
import cloud.zansoc.ledger.outbox.Request;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Settled payments a second through the outbox: requests durable in SQLite, signed, sent to an
 * anvil process with a block each second, and confirmed by one more block. A payment counts where
 * the escrow's event says that a host was paid, and every request must be confirmed.
 *
 * <p>Arguments: leases (default 3,000), rounds (default 8). Needs {@code npm ci && npm run build}
 * in contracts/.
 */
public final class OutboxThroughput {
  private static final int CLIENTS = 20;
  private static final int HOSTS = 50;
  private static final Amount RATE = Amount.ofUnits(1_000_000_000);
  private static final Duration PAID = Duration.ofHours(12);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration STEP_EVERY = Duration.ofMillis(50);
  private static final BigInteger MOST_FEE = BigInteger.TEN.pow(12);

  private final DevelopmentChain node;
  private final EvmChain chain;
  private final Keyring keys = new Keyring();
  private final List<EvmKey> clients = new ArrayList<>();
  private final EvmLedger ledger;

  private OutboxThroughput(DevelopmentChain node, Path contracts) throws IOException {
    this.node = node;
    this.chain =
        EvmChain.connect(
            new ChainOptions(
                node.url(),
                DevelopmentChain.ID,
                BigInteger.ZERO,
                Duration.ofMillis(200),
                Duration.ofMinutes(5)));
    EvmKey faucet = key("faucet");
    EvmKey deployer = key("deployer");
    node.fund(faucet.account().text());
    node.fund(deployer.account().text());
    DeployPlan plan = DeployPlan.read(contracts);
    Map<String, String> parameters = new HashMap<>(plan.developmentParameters());
    parameters.put("genesis", faucet.account().text());
    parameters.put("treasury", key("treasury").account().text());
    parameters.put("publisher", key("publisher").account().text());
    parameters.put("rewardsStart", String.valueOf(Instant.now().getEpochSecond()));
    var contractsAt = new Deployer(chain, deployer, plan).deploy(parameters);
    this.ledger =
        EvmLedger.of(chain, Optional.ofNullable(contractsAt.get("escrow")).orElseThrow(), keys);
    keys.add(faucet);
    done(ledger.deposit(faucet.account(), Amount.ofCoins(1000)));
    for (int i = 0; i < CLIENTS; i++) {
      EvmKey client = key("client " + i);
      keys.add(client);
      clients.add(client);
      node.fund(client.account().text());
    }
    inParallel(clients.stream().map(client -> fund(faucet, client)).toList());
  }

  private Task fund(EvmKey faucet, EvmKey client) {
    return () -> {
      done(ledger.withdraw(faucet.account(), client.account(), Amount.ofCoins(10)));
      done(ledger.deposit(client.account(), Amount.ofCoins(10)));
    };
  }

  /** Runs it, prints a line for each round, and the rate over all of them. */
  public static void main(String[] arguments) throws IOException {
    int leases = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
    Path contracts = Path.of("contracts").toAbsolutePath();
    Path folder = Files.createTempDirectory("outbox-throughput");
    try (DevelopmentChain node = DevelopmentChain.start(contracts);
        Database database = Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite"))) {
      OutboxThroughput benchmark = new OutboxThroughput(node, contracts);
      List<LeaseId> open = benchmark.open(leases);
      System.out.printf("%d leases of %d hosts are open%n", open.size(), HOSTS);
      benchmark.settle(database, open, rounds);
      benchmark.chain.close();
    }
  }

  private List<LeaseId> open(int count) {
    EvmOffers offers = new EvmOffers(ledger.id());
    List<LeaseId> leases = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EvmKey client = clients.get(i % CLIENTS);
      EvmKey host = key("host " + i % HOSTS);
      Offer offer =
          new Offer(
              host.account(),
              Optional.empty(),
              RATE,
              Instant.now().plus(PAID).truncatedTo(ChronoUnit.SECONDS),
              Digest.sha256(new byte[0]),
              BigInteger.valueOf(i));
      leases.add(offers.leaseId(offer));
      tasks.add(() -> {
        Lease _ = done(ledger.open(client.account(), offers.sign(host, offer), PAID));
      });
    }
    inParallel(tasks);
    return leases;
  }

  private void settle(Database database, List<LeaseId> leases, int rounds) throws IOException {
    EvmKey hub = key("hub");
    node.fund(hub.account().text());
    SqlOutboxStore store = new SqlOutboxStore(database, chain.id(), hub.account());
    Outbox outbox =
        new Outbox(
            store,
            new EvmOutboxChain(chain, ledger.id().escrow(), hub),
            new OutboxOptions(1, 64, Duration.ofMinutes(1), MOST_FEE, false),
            Clock.systemUTC());
    long firstBlock = node.height() + 1;
    long start = System.nanoTime();
    try (OutboxLoop _ = OutboxLoop.start(outbox, STEP_EVERY, () -> {})) {
      for (int round = 0; round < rounds; round++) {
        submit(outbox, leases, round);
        // Before it is sent, another one of the same lease would be the same settlement.
        await(() -> store.queuedCount() == 0);
        System.out.printf("round %d sent after %.1f s%n", round, seconds(start));
      }
      await(() -> store.open().isEmpty());
    }
    double seconds = seconds(start);
    long payments = 0;
    for (long block = firstBlock; block <= node.height(); block++) {
      payments += node.events(ledger.id().escrow().text(), block);
    }
    checkConfirmed(outbox, leases, rounds);
    System.out.printf(
        "%d requests confirmed, %d payments settled in %.1f s: %.0f payments/s%n",
        leases.size() * rounds, payments, seconds, payments / seconds);
  }

  private static void submit(Outbox outbox, List<LeaseId> leases, int round) {
    List<Request> requests =
        leases.stream()
            .map(lease -> new Request(key(round, lease), new Operation.Settle(lease)))
            .toList();
    outbox.submit(requests);
  }

  private static String key(int round, LeaseId lease) {
    return round + " " + lease;
  }

  private static void checkConfirmed(Outbox outbox, List<LeaseId> leases, int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (LeaseId lease : leases) {
        OutboxEntry entry = outbox.entry(key(round, lease)).orElseThrow();
        if (entry.state() != OutboxEntry.State.CONFIRMED) {
          throw new IllegalStateException("not confirmed: " + entry);
        }
      }
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) {
    try {
      while (!condition.holds()) {
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private interface Task {
    void run();
  }

  private static void inParallel(List<Task> tasks) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(500, Thread.ofVirtual().factory())) {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(threads.submit(task::run));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the preparation failed", e);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal reason) -> throw new IllegalStateException(reason.message());
    };
  }

  /** A key of no value: the hash of its public name. */
  private static EvmKey key(String name) {
    String text = "zansoc benchmark key: " + name;
    return EvmKey.ofSecret(Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).toBytes());
  }
}
