package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.hub.registry.Token;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlRegistryStore;
import cloud.zansoc.ledger.outbox.MovingClock;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.HostSettings;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenView;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heartbeats, receipts and the states that follow from them. */
final class HostLinksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HostTimeouts TIMEOUTS =
      new HostTimeouts(Duration.ofMillis(20), Duration.ofSeconds(35), Duration.ofMinutes(30));

  @TempDir private Path folder;
  private final Identity identity = RunningHub.stranger();
  private final PeerId id = identity.id();
  private final MovingClock clock = new MovingClock();
  private Database database;
  private SqlRegistryStore store;
  private Hosts hosts;
  private HostLinks links;

  /** A host's end of a link, in memory. */
  private final class FakeLink implements HostLink {
    private final LinkedBlockingQueue<HostSettings> beats = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    private final List<byte[]> receipts = new ArrayList<>();
    private volatile boolean accepting = true;
    private volatile boolean answering = true;
    private volatile Runnable beforeAnswer = () -> {};

    @Override
    public PeerId host() {
      return id;
    }

    @Override
    public String remoteIp() {
      return "198.51.100.4";
    }

    @Override
    public byte[] order(String name, byte[] body, Duration timeout) {
      if (!answering) {
        throw new ZansocException(ErrorCode.TIMED_OUT, "no answer");
      }
      if (name.equals(Orders.HEARTBEAT)) {
        beats.add(Json.read(body, HostSettings.class));
        beforeAnswer.run();
        return Json.write(Registrations.status(accepting));
      }
      long kept = ByteBuffer.wrap(body).getLong();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      receipts.stream().skip(kept).forEach(answer::writeBytes);
      return answer.toByteArray();
    }

    @Override
    public ControlStream open(String name, byte[] request, Duration timeout) {
      throw new ZansocException(ErrorCode.UNSUPPORTED, "no streams here");
    }

    @Override
    public void close() {
      closed.add(true);
    }

    HostSettings awaitBeat() throws InterruptedException {
      HostSettings beat = beats.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(beat).as("a heartbeat").isNotNull();
      return beat;
    }
  }

  @BeforeEach
  void open() {
    database = Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite"));
    store = new SqlRegistryStore(database);
    Digest secret = Digest.sha256(new byte[16]);
    Instant now = clock.instant();
    store.addToken(
        new Token(
            new TokenView(
                "t",
                Role.HOST,
                Optional.empty(),
                now,
                now.plusSeconds(9),
                Optional.empty(),
                0,
                false,
                ""),
            secret));
    store.joinHost(
        secret,
        new HostRecord(
            id,
            Registrations.host(identity, "", "host-1"),
            HostRecord.Wish.ACTIVE,
            Optional.empty(),
            "192.0.2.1",
            now,
            now,
            Optional.empty()));
    hosts = new Hosts(store, TIMEOUTS, clock);
    links =
        new HostLinks(
            hosts,
            peer -> true,
            new Receipts(store, hosts),
            TIMEOUTS,
            new HostAccounts(Optional.empty()));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private NodeView.State state() {
    return hosts.node("host-1").state();
  }

  private FakeLink connect() throws InterruptedException {
    FakeLink link = new FakeLink();
    links.connected(link);
    link.awaitBeat();
    link.awaitBeat(); // the first answer has been taken in by now
    return link;
  }

  @Test
  void heartbeat_answered_makesTheHostReadyWithItsAddress() throws Exception {
    assertThat(state()).isEqualTo(NodeView.State.OFFLINE);

    FakeLink link = connect();

    assertThat(state()).isEqualTo(NodeView.State.READY);
    assertThat(hosts.node("host-1").externalIp()).isEqualTo("198.51.100.4");
    assertThat(hosts.totals().ready()).isEqualTo(1);
    links.disconnected(link);
    assertThat(state()).isEqualTo(NodeView.State.OFFLINE);
  }

  @Test
  void heartbeat_hostThatDoesNotAccept_isPaused() throws Exception {
    FakeLink link = connect();
    link.accepting = false;
    link.beats.clear();
    link.awaitBeat();
    link.awaitBeat();

    assertThat(state()).isEqualTo(NodeView.State.PAUSED);
    links.disconnected(link);
  }

  @Test
  void heartbeat_unanswered_closesTheLink() throws Exception {
    FakeLink link = connect();

    link.answering = false;

    assertThat(link.closed.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> links.order(id, "x", new byte[0], PATIENCE))
        .isInstanceOf(ZansocException.class);
  }

  @Test
  void answer_underWayAsTheConnectionEnds_doesNotBringTheHostBack() throws Exception {
    FakeLink link = new FakeLink();
    link.beforeAnswer = () -> links.disconnected(link);
    links.connected(link);

    assertThat(link.closed.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(state()).isEqualTo(NodeView.State.OFFLINE);
  }

  @Test
  void silence_longerAndLonger_isOfflineThenLost() throws Exception {
    FakeLink link = connect();
    links.disconnected(link);

    clock.advance(Duration.ofMinutes(30));
    assertThat(state()).isEqualTo(NodeView.State.OFFLINE);
    clock.advance(Duration.ofSeconds(1));
    assertThat(state()).isEqualTo(NodeView.State.LOST);
    assertThat(hosts.host(id).orElseThrow().gone()).isTrue();
  }

  @Test
  void restart_afterALongNight_waitsForTheHostsAgainBeforeTheyAreLost() throws Exception {
    links.disconnected(connect());
    hosts.persist();
    clock.advance(Duration.ofHours(9));

    hosts = new Hosts(store, TIMEOUTS, clock);

    assertThat(state()).isEqualTo(NodeView.State.OFFLINE);
    assertThat(hosts.node("host-1").status()).contains(Registrations.status(true));
    clock.advance(Duration.ofMinutes(31));
    assertThat(state()).isEqualTo(NodeView.State.LOST);
  }

  @Test
  void wish_changed_isToldTheHostAndKept() throws Exception {
    FakeLink link = connect();
    hosts.wish(id, HostRecord.Wish.DRAINING);
    links.changed(id);
    link.beats.clear();

    HostSettings told = link.awaitBeat();

    assertThat(told.draining()).isTrue();
    assertThat(told.paused()).isFalse();
    assertThat(state()).isEqualTo(NodeView.State.DRAINING);
    assertThat(store.hosts().getFirst().wish()).isEqualTo(HostRecord.Wish.DRAINING);
    links.disconnected(link);
  }

  @Test
  void wish_left_closesTheLinkAndAdmitsNoMore() throws Exception {
    FakeLink link = connect();
    hosts.wish(id, HostRecord.Wish.LEFT);
    links.changed(id);

    assertThat(link.closed.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(links.admits(id)).isFalse();
  }

  @Test
  void connected_newerLink_replacesTheOlder() throws Exception {
    FakeLink older = connect();
    FakeLink newer = connect();

    links.disconnected(older);

    newer.awaitBeat();
    assertThat(state()).isEqualTo(NodeView.State.READY);
    links.disconnected(newer);
  }

  private Receipt receipt(Identity signer) {
    return new Receipt(
        signer.id(),
        RunningHub.stranger().id(),
        Digest.sha256(new byte[1]),
        new ShardId(1, 2),
        Permit.Action.GET,
        5,
        1,
        Receipt.digestOf(List.of()),
        clock.instant());
  }

  @Test
  void receipts_genuine_areKeptOnce() {
    FakeLink link = new FakeLink();
    link.receipts.add(receipt(identity).sign(identity.signingKey()).encode());
    link.receipts.add(receipt(identity).sign(identity.signingKey()).encode());
    Receipts receipts = new Receipts(store, hosts);

    receipts.collect(link);
    receipts.collect(link);

    assertThat(store.receipts(id, 0, 9)).hasSize(2).containsExactlyElementsOf(link.receipts);
  }

  @Test
  void receipts_forgedOrCut_areNotKept() {
    Identity other = RunningHub.stranger();
    for (byte[] bad :
        List.of(
            receipt(identity).sign(other.signingKey()).encode(),
            receipt(other).sign(other.signingKey()).encode(),
            new byte[17])) {
      FakeLink link = new FakeLink();
      link.receipts.add(bad);

      new Receipts(store, hosts).collect(link);

      assertThat(store.receipts(id)).isZero();
    }
  }
}
