package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.hub.registry.RegistryStore;
import cloud.zansoc.hub.registry.Tenant;
import cloud.zansoc.hub.registry.Token;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenView;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The registry in SQL. Thread-safe. */
public final class SqlRegistryStore implements RegistryStore {
  private final Database database;

  /** Uses {@code database}, whose owner closes it. */
  public SqlRegistryStore(Database database) {
    this.database = database;
  }

  @Override
  public List<Member> members() {
    return database.read(handle ->
        handle
            .createQuery("SELECT id, public_key, name, role, tenant, joined FROM member")
            .map((row, context) -> member(row))
            .list());
  }

  @Override
  public Optional<Tenant> tenant(String id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT id, name, quota_bytes, created FROM tenant WHERE id = :id")
            .bind("id", id)
            .map((row, context) -> tenant(row))
            .findOne());
  }

  @Override
  public void addMember(Tenant tenant, Member member) {
    database.run(handle -> {
      insert(handle, tenant);
      insert(handle, member);
    });
  }

  @Override
  public Member joinMember(Digest secret, Tenant own, Member joining) {
    return database.write(handle -> {
      Optional<Member> there = member(handle, joining.id());
      if (there.isPresent()) {
        return there.get();
      }
      TokenView token = use(handle, secret, false, joining.joined());
      if (token.tenant().isEmpty()) {
        insert(handle, own);
      }
      Member member =
          new Member(
              joining.id(),
              joining.publicKey(),
              joining.name(),
              token.role(),
              token.tenant().orElse(own.id()),
              joining.joined());
      insert(handle, member);
      return member;
    });
  }

  @Override
  public HostRecord joinHost(Digest secret, HostRecord joining) {
    return database.write(handle -> {
      Optional<HostRecord> there = host(handle, joining.id());
      boolean enrolled = there.filter(host -> host.wish() != HostRecord.Wish.LEFT).isPresent();
      if (!enrolled) {
        use(handle, secret, true, joining.joined());
      }
      requireFreeName(handle, joining);
      HostRecord kept =
          there.filter(host -> enrolled).map(old -> renewed(old, joining)).orElse(joining);
      put(handle, kept);
      return kept;
    });
  }

  private static HostRecord renewed(HostRecord old, HostRecord joining) {
    return new HostRecord(
        old.id(),
        joining.registration(),
        old.wish(),
        old.reclaimed(),
        joining.externalIp(),
        old.joined(),
        joining.lastSeen(),
        old.status());
  }

  private static void requireFreeName(Handle handle, HostRecord joining) {
    boolean taken =
        handle
            .createQuery("SELECT 1 FROM host WHERE name = :name AND id <> :id")
            .bind("name", joining.name())
            .bind("id", bytes(joining.id()))
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (taken) {
      throw new ZansocException(
          ErrorCode.ALREADY_EXISTS,
          "another host is called '" + joining.name() + "': choose another name with --name");
    }
  }

  /** Takes one use of a token; throws where it does not let anybody in. */
  private static TokenView use(Handle handle, Digest secret, boolean asHost, Instant now) {
    Token token = token(handle, secret).orElseThrow(SqlRegistryStore::unknownToken);
    token.check(asHost, now);
    handle
        .createUpdate("UPDATE token SET uses = uses + 1 WHERE id = :id")
        .bind("id", token.view().id())
        .execute();
    return token.view();
  }

  private static ZansocException unknownToken() {
    return new ZansocException(
        ErrorCode.TOKEN_INVALID,
        "the hub does not know this join token: copy it whole, or ask the operator for a new one");
  }

  @Override
  public void addToken(Token token) {
    TokenView view = token.view();
    database.run(handle ->
        handle
            .createUpdate(
                """
                INSERT INTO token (id, secret, role, tenant, created, expires, max_uses, uses,
                  revoked, note)
                VALUES (:id, :secret, :role, :tenant, :created, :expires, :maxUses, :uses,
                  :revoked, :note)\
                """)
            .bind("id", view.id())
            .bind("secret", token.secret().toBytes())
            .bind("role", view.role().name())
            .bind("tenant", view.tenant().orElse(null))
            .bind("created", view.created().toEpochMilli())
            .bind("expires", view.expires().toEpochMilli())
            .bind("maxUses", view.maxUses().orElse(null))
            .bind("uses", view.uses())
            .bind("revoked", view.revoked() ? 1 : 0)
            .bind("note", view.note())
            .execute());
  }

  @Override
  public Optional<Token> token(Digest secret) {
    return database.read(handle -> token(handle, secret));
  }

  private static Optional<Token> token(Handle handle, Digest secret) {
    return handle
        .createQuery("SELECT * FROM token WHERE secret = :secret")
        .bind("secret", secret.toBytes())
        .map((row, context) -> new Token(tokenView(row), Digest.of(row.getBytes("secret"))))
        .findOne();
  }

  @Override
  public List<TokenView> tokens() {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM token ORDER BY created DESC, id")
            .map((row, context) -> tokenView(row))
            .list());
  }

  @Override
  public boolean revokeToken(String id) {
    return database.write(handle ->
        handle.createUpdate("UPDATE token SET revoked = 1 WHERE id = :id").bind("id", id).execute()
            == 1);
  }

  @Override
  public List<HostRecord> hosts() {
    return database.read(
        handle -> handle.createQuery("SELECT * FROM host").map((row, context) -> host(row)).list());
  }

  @Override
  public void wish(PeerId host, HostRecord.Wish wish, Optional<Instant> reclaimed) {
    database.run(handle ->
        handle
            .createUpdate("UPDATE host SET wish = :wish, reclaimed = :reclaimed WHERE id = :id")
            .bind("wish", wish.name())
            .bind("reclaimed", reclaimed.map(Instant::toEpochMilli).orElse(null))
            .bind("id", bytes(host))
            .execute());
  }

  @Override
  public void seen(Collection<HostRecord> hosts) {
    if (hosts.isEmpty()) {
      return;
    }
    database.run(handle -> {
      PreparedBatch batch =
          handle.prepareBatch(
              """
              UPDATE host SET last_seen = :lastSeen, external_ip = :ip, status = :status
              WHERE id = :id\
              """);
      for (HostRecord host : hosts) {
        batch
            .bind("lastSeen", host.lastSeen().toEpochMilli())
            .bind("ip", host.externalIp())
            .bind("status", json(host.status()))
            .bind("id", bytes(host.id()))
            .add();
      }
      batch.execute();
    });
  }

  @Override
  public long receipts(PeerId host) {
    return database.read(handle -> countReceipts(handle, host));
  }

  private static long countReceipts(Handle handle, PeerId host) {
    return handle
        .createQuery("SELECT COALESCE(MAX(sequence), 0) FROM host_receipt WHERE host = :host")
        .bind("host", bytes(host))
        .mapTo(Long.class)
        .one();
  }

  @Override
  public void keepReceipts(PeerId host, long after, List<byte[]> receipts) {
    database.run(handle -> {
      PreparedBatch batch =
          handle.prepareBatch(
              """
              INSERT INTO host_receipt (host, sequence, receipt)
              VALUES (:host, :sequence, :receipt) ON CONFLICT DO NOTHING\
              """);
      long sequence = after;
      for (byte[] receipt : receipts) {
        sequence++;
        batch.bind("host", bytes(host)).bind("sequence", sequence).bind("receipt", receipt).add();
      }
      batch.execute();
    });
  }

  @Override
  public List<byte[]> receipts(PeerId host, long after, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT receipt FROM host_receipt WHERE host = :host AND sequence > :after
                ORDER BY sequence LIMIT :limit\
                """)
            .bind("host", bytes(host))
            .bind("after", after)
            .bind("limit", limit)
            .map((row, context) -> row.getBytes(1))
            .list());
  }

  private static void insert(Handle handle, Tenant tenant) {
    handle
        .createUpdate(
            """
            INSERT INTO tenant (id, name, quota_bytes, created)
            VALUES (:id, :name, :quota, :created) ON CONFLICT DO NOTHING\
            """)
        .bind("id", tenant.id())
        .bind("name", tenant.name())
        .bind("quota", tenant.quota().map(ByteSize::bytes).orElse(null))
        .bind("created", tenant.created().toEpochMilli())
        .execute();
  }

  private static void insert(Handle handle, Member member) {
    handle
        .createUpdate(
            """
            INSERT INTO member (id, public_key, name, role, tenant, joined)
            VALUES (:id, :publicKey, :name, :role, :tenant, :joined) ON CONFLICT DO NOTHING\
            """)
        .bind("id", bytes(member.id()))
        .bind("publicKey", member.publicKey())
        .bind("name", member.name())
        .bind("role", member.role().name())
        .bind("tenant", member.tenant())
        .bind("joined", member.joined().toEpochMilli())
        .execute();
  }

  private static void put(Handle handle, HostRecord host) {
    handle
        .createUpdate(
            """
            INSERT INTO host (id, name, wish, reclaimed, external_ip, registration, status, joined,
              last_seen)
            VALUES (:id, :name, :wish, :reclaimed, :ip, :registration, :status, :joined, :lastSeen)
            ON CONFLICT (id) DO UPDATE SET name = :name, wish = :wish, reclaimed = :reclaimed,
              external_ip = :ip, registration = :registration, status = :status, joined = :joined,
              last_seen = :lastSeen\
            """)
        .bind("id", bytes(host.id()))
        .bind("name", host.name())
        .bind("wish", host.wish().name())
        .bind("reclaimed", host.reclaimed().map(Instant::toEpochMilli).orElse(null))
        .bind("ip", host.externalIp())
        .bind("registration", json(host.registration()))
        .bind("status", json(host.status()))
        .bind("joined", host.joined().toEpochMilli())
        .bind("lastSeen", host.lastSeen().toEpochMilli())
        .execute();
  }

  private static Optional<Member> member(Handle handle, PeerId id) {
    return handle
        .createQuery("SELECT id, public_key, name, role, tenant, joined FROM member WHERE id = :id")
        .bind("id", bytes(id))
        .map((row, context) -> member(row))
        .findOne();
  }

  private static Optional<HostRecord> host(Handle handle, PeerId id) {
    return handle
        .createQuery("SELECT * FROM host WHERE id = :id")
        .bind("id", bytes(id))
        .map((row, context) -> host(row))
        .findOne();
  }

  private static Tenant tenant(ResultSet row) throws SQLException {
    long bytes = row.getLong("quota_bytes");
    Optional<ByteSize> quota = row.wasNull() ? Optional.empty() : Optional.of(new ByteSize(bytes));
    return new Tenant(
        row.getString("id"),
        row.getString("name"),
        quota,
        Instant.ofEpochMilli(row.getLong("created")));
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(
        peer(row),
        row.getBytes("public_key"),
        row.getString("name"),
        Role.valueOf(row.getString("role")),
        row.getString("tenant"),
        Instant.ofEpochMilli(row.getLong("joined")));
  }

  private static TokenView tokenView(ResultSet row) throws SQLException {
    int maxUses = row.getInt("max_uses");
    Optional<Integer> limit = row.wasNull() ? Optional.empty() : Optional.of(maxUses);
    return new TokenView(
        row.getString("id"),
        Role.valueOf(row.getString("role")),
        Optional.ofNullable(row.getString("tenant")),
        Instant.ofEpochMilli(row.getLong("created")),
        Instant.ofEpochMilli(row.getLong("expires")),
        limit,
        row.getInt("uses"),
        row.getInt("revoked") != 0,
        row.getString("note"));
  }

  private static HostRecord host(ResultSet row) throws SQLException {
    return new HostRecord(
        peer(row),
        Json.read(utf8(row.getString("registration")), HostRegistration.class),
        HostRecord.Wish.valueOf(row.getString("wish")),
        Columns.instant(row, "reclaimed"),
        row.getString("external_ip"),
        Instant.ofEpochMilli(row.getLong("joined")),
        Instant.ofEpochMilli(row.getLong("last_seen")),
        Optional.ofNullable(row.getString("status"))
            .map(json -> Json.read(utf8(json), HostStatus.class)));
  }

  private static PeerId peer(ResultSet row) throws SQLException {
    return new PeerId(Digest.of(row.getBytes("id")));
  }

  private static byte[] bytes(PeerId id) {
    return id.digest().toBytes();
  }

  private static @Nullable String json(Optional<HostStatus> status) {
    return status.map(SqlRegistryStore::json).orElse(null);
  }

  private static String json(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
