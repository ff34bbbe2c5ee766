package cloud.zansoc.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.crypto.NativeHash;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent;
import cloud.zansoc.net.control.HostServices;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.storage.host.BlockStore;
import cloud.zansoc.storage.host.BlockStoreSettings;
import cloud.zansoc.storage.host.HostBlockService;
import cloud.zansoc.storage.repair.RepairWorker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program of a host: keeps blocks, serves them, and obeys its hub, until it is closed. One for
 * each data folder. Thread-safe.
 */
public final class Agent implements AutoCloseable {
  private static final ByteSize COMPACTION_RATE = ByteSize.ofMebibytes(32);
  private static final ByteSize SCRUB_RATE = ByteSize.ofMebibytes(4);
  private static final int EVENT_LOOPS = 2;
  private static final Duration UPKEEP = Duration.ofSeconds(2);
  private static final long GROWN_HEAP_BYTES = 48L << 20;
  private static final Duration TIDY_PAUSE = Duration.ofMinutes(1);
  private static final Duration REPORT_AGAIN = Duration.ofSeconds(10);
  private static final Duration FINISHING = Duration.ofSeconds(5);
  private static final Duration FINISHING_POLL = Duration.ofMillis(20);
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  private final HostFolder folder;
  private final HostConfiguration configuration;
  private final AgentState state;
  private final BlockServer server;

  /** What was opened, the last first; filled before the agent is handed out, emptied by close. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private boolean listening;
  private boolean listenFailed;
  private long tidiedNanos = System.nanoTime();

  /**
   * Starts the agent of {@code folder}; returns when it serves and dials.
   *
   * @param version of this program, told to the hub
   * @throws ZansocException NOT_FOUND where nobody joined with this folder, CONFLICT where another
   *     agent works in it, and what opening the store throws
   */
  public static Agent start(HostFolder folder, String version) {
    return start(folder, version, Engines::open);
  }

  /** As above, with what runs instances from {@code source}. */
  static Agent start(HostFolder folder, String version, Computing.Source source) {
    Agent agent = new Agent(folder, version, source);
    agent.begin();
    return agent;
  }

  private Agent(HostFolder folder, String version, Computing.Source source) {
    this.folder = folder;
    this.configuration = HostConfigurationFile.read(folder.configuration());
    Thread.ofPlatform().daemon().name("native-hash").start(NativeHash::load);
    try {
      open(AgentLock.acquire(folder));
      Identity identity = Identity.loadOrCreate(folder.identity());
      HostConfiguration.Hub hub = configuration.hub();
      DamageReporter damage =
          open(
              new DamageReporter(
                  () -> new ApiClient(identity, hub.id(), hub.api(), ApiClient.Patience.LONG),
                  REPORT_AGAIN));
      Optional<LeaseOrders> leases =
          configuration
              .compute()
              .map(lent ->
                  open(
                      new LeaseOrders(
                          folder,
                          identity,
                          lent,
                          () ->
                              new ApiClient(
                                  identity, hub.id(), hub.api(), ApiClient.Patience.SHORT))));
      BlockStore store =
          open(BlockStore.open(folder.blocks(), settings(configuration.offer()), damage));
      HostBlockService blocks =
          open(
              HostBlockService.open(
                  folder.receipts(),
                  new HostBlockService.Identity(
                      identity.id(), identity.signingKey(), Ed25519.publicKey(hub.publicKey())),
                  store,
                  Clock.systemUTC()));
      BandwidthLimit bandwidth = BandwidthLimit.none();
      state =
          new AgentState(
              folder,
              version,
              new AgentState.Serving(store, blocks, bandwidth),
              Clock.system(ZoneId.systemDefault()));
      PeerTransport transport = open(new PeerTransport(identity, EVENT_LOOPS));
      server = open(new BlockServer(transport, blocks, bandwidth));
      BlockDialer dialer = open(new NettyBlockDialer(transport));
      Optional<Computing> computing =
          configuration
              .compute()
              .map(lent ->
                  compute(
                      lent, source, new Computing.Place(folder, configuration, identity, dialer)));
      computing.ifPresent(state::computing);
      AgentOrders orders = new AgentOrders(state, store, blocks, new RepairWorker(dialer), leases);
      ControlAgent control =
          open(
              new ControlAgent(
                  transport,
                  new BlockDialer.Relay(hub.id(), hub.peer()),
                  new HostServices(
                      orders,
                      computing.map(Computing::streams).orElse(StreamHandler.none()),
                      server)));
      computing.ifPresent(instances -> control.observe(instances::connection));
      store.startMaintenance();
      control.start();
    } catch (RuntimeException e) {
      closeAll();
      throw e;
    }
  }

  private Computing compute(
      HostConfiguration.Compute lent, Computing.Source source, Computing.Place place) {
    Computing.Parts parts = source.open(place, lent);
    try {
      return open(
          new Computing(folder, lent, parts, state.gate(), Clock.system(ZoneId.systemDefault())));
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  private static BlockStoreSettings settings(HostConfiguration.Offer offer) {
    return new BlockStoreSettings(
        offer.capacity(),
        offer.reserve(),
        BlockStoreSettings.DEFAULT_FILE_BYTES,
        COMPACTION_RATE,
        SCRUB_RATE);
  }

  private void begin() {
    upkeep();
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("agent-upkeep").daemon().factory());
    opened.push(clock::shutdownNow);
    var _ =
        clock.scheduleWithFixedDelay(
            this::upkeep, UPKEEP.toMillis(), UPKEEP.toMillis(), TimeUnit.MILLISECONDS);
    LOG.info("host '{}' serves {}", configuration.name(), folder.path());
  }

  /** What is due every two seconds: the hour, the owner's changes, the port, the status file. */
  private void upkeep() {
    try {
      state.refresh();
      listen();
      state.snapshot().write(folder);
      tidyHeap();
    } catch (IOException | RuntimeException e) {
      LOG.warn("upkeep failed, and is tried again: {}", e.toString());
    }
  }

  /**
   * The serial collector gives memory back only when it collects all of the heap, which an idle
   * agent never makes it do.
   */
  private void tidyHeap() {
    long now = System.nanoTime();
    if (Runtime.getRuntime().totalMemory() > GROWN_HEAP_BYTES
        && now - tidiedNanos > TIDY_PAUSE.toNanos()) {
      tidiedNanos = now;
      System.gc();
    }
  }

  /** Opens the block port. While it is taken, the relay serves; and it is tried again. */
  private void listen() {
    Optional<HostAddress> wanted = configuration.network().listen();
    if (listening || wanted.isEmpty()) {
      return;
    }
    HostAddress address = wanted.get();
    try {
      server.listen(new InetSocketAddress(address.host(), address.port()));
      listening = true;
      state.listening(address);
      LOG.info("clients may connect to {}", address);
    } catch (ZansocException e) {
      if (!listenFailed) {
        LOG.warn("{}; until then clients come through the relay", e.getMessage());
      }
      listenFailed = true;
    }
  }

  /** Waits until the agent has been closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** What {@code host status} shows. */
  public AgentStatus status() {
    return state.snapshot();
  }

  /**
   * Takes nothing new, lets requests under way end for a few seconds, closes everything and gives
   * the folder back. A second call waits for the first.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      awaitUninterrupted();
      return;
    }
    state.gate().stop();
    state.refresh();
    finishRequests();
    try {
      state.snapshot().stopped().write(folder);
    } catch (IOException e) {
      LOG.warn("the status cannot be written: {}", e.getMessage());
    }
    closeAll();
    LOG.info("host '{}' has stopped", configuration.name());
    ended.countDown();
  }

  private void awaitUninterrupted() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void finishRequests() {
    long deadline = System.nanoTime() + FINISHING.toNanos();
    try {
      while (server.bytesInFlight() > 0 && System.nanoTime() < deadline) {
        Thread.sleep(FINISHING_POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed", part.getClass().getSimpleName(), e);
      }
    }
  }
}
