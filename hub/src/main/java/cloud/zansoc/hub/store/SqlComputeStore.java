package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.compute.hub.Book;
import cloud.zansoc.compute.hub.ComputeStore;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.compute.hub.Instance;
import cloud.zansoc.compute.hub.Lease;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Deployments, instances and leases in SQL. Thread-safe. */
public final class SqlComputeStore implements ComputeStore {
  private static final String PROMISED =
      "SELECT host, SUM(milli_vcpus) AS milli_vcpus, SUM(memory) AS memory, SUM(disk) AS disk,"
          + " SUM(gpus) AS gpus FROM (SELECT host, MAX(milli_vcpus) AS milli_vcpus,"
          + " MAX(memory) AS memory, MAX(disk) AS disk, MAX(gpus) AS gpus FROM compute_lease"
          + " WHERE ended = 0 GROUP BY host, instance) AS largest GROUP BY host";

  private final Database database;
  private final DeploymentRows deployments;

  /**
   * Uses {@code database}, whose owner closes it.
   *
   * @param sealing for the secrets
   */
  public SqlComputeStore(Database database, Sealing sealing) {
    this.database = database;
    this.deployments = new DeploymentRows(sealing);
  }

  @Override
  public boolean add(Book book) {
    Deployment added = book.deployment();
    return database.write(handle -> {
      Optional<String> owner = DeploymentRows.owner(handle, added.id());
      if (owner.isPresent() && owner.get().equals(added.tenant())) {
        return false;
      }
      if (owner.isPresent() || named(handle, added.tenant(), added.name()).isPresent()) {
        throw new ZansocException(
            ErrorCode.ALREADY_EXISTS,
            "there is a deployment '%s' already: remove it with zansoc deployment rm, or choose another name"
                .formatted(added.name()));
      }
      deployments.insert(handle, added);
      book.instances().forEach(instance -> put(handle, added.id(), instance));
      book.leases().forEach(lease -> put(handle, added.id(), lease));
      put(handle, added.id(), book.events());
      return true;
    });
  }

  @Override
  public Optional<Book> book(Digest deployment) {
    return database.read(handle ->
        deployments
            .find(handle, deployment)
            .map(its ->
                new Book(
                    its.deployment(),
                    instances(handle, deployment),
                    leases(handle, deployment, " AND ended = 0"),
                    List.of(),
                    List.of(),
                    its.version())));
  }

  private static List<Instance> instances(Handle handle, Digest deployment) {
    return handle
        .createQuery("SELECT document FROM compute_instance WHERE deployment = :deployment")
        .bind("deployment", deployment.toBytes())
        .map((row, context) -> Documents.read(row.getString("document"), Instance.class))
        .stream()
        .sorted(Instance.ORDER)
        .toList();
  }

  private static List<Lease> leases(Handle handle, Digest deployment, String condition) {
    return handle
        .createQuery(
            "SELECT document FROM compute_lease WHERE deployment = :deployment"
                + condition
                + " ORDER BY instance, number")
        .bind("deployment", deployment.toBytes())
        .map((row, context) -> Documents.read(row.getString("document"), Lease.class))
        .list();
  }

  @Override
  public Optional<Digest> named(String tenant, String name) {
    return database.read(handle -> named(handle, tenant, name));
  }

  private static Optional<Digest> named(Handle handle, String tenant, String name) {
    return handle
        .createQuery(
            "SELECT id FROM compute_deployment"
                + " WHERE tenant = :tenant AND name = :name AND state < 2")
        .bind("tenant", tenant)
        .bind("name", name)
        .map((row, context) -> Digest.of(row.getBytes("id")))
        .findOne();
  }

  @Override
  public List<Digest> deployments(String tenant) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id FROM compute_deployment WHERE tenant = :tenant AND state < 2"
                    + " ORDER BY name")
            .bind("tenant", tenant)
            .map((row, context) -> Digest.of(row.getBytes("id")))
            .list());
  }

  @Override
  public List<Digest> deployments() {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id FROM compute_deployment d WHERE state < 2 OR EXISTS"
                    + " (SELECT 1 FROM compute_lease l WHERE l.deployment = d.id AND l.ended = 0)"
                    + " ORDER BY name, id")
            .map((row, context) -> Digest.of(row.getBytes("id")))
            .list());
  }

  @Override
  public void change(Book before, Book after, Map<PeerId, Capacity> limits) {
    Digest id = after.deployment().id();
    Set<Instance> instances = new HashSet<>(before.instances());
    Set<Lease> leases = new HashSet<>(before.leases());
    database.run(handle -> {
      deployments.update(handle, before, after.deployment());
      before.instances().stream()
          .filter(instance -> after.instance(instance.id()).isEmpty())
          .forEach(instance -> remove(handle, instance));
      after.instances().stream()
          .filter(instance -> !instances.contains(instance))
          .forEach(instance -> put(handle, id, instance));
      after.leases().stream()
          .filter(lease -> !leases.contains(lease))
          .forEach(lease -> {
            put(handle, id, lease);
            UsageRows.put(handle, after.deployment(), lease);
          });
      put(handle, id, after.events());
      after.verdicts().forEach(verdict -> put(handle, verdict));
      if (!limits.isEmpty()) {
        Map<PeerId, Capacity> promised = promised(handle);
        limits.forEach((host, limit) -> require(host, promised.get(host), limit));
      }
    });
  }

  private static void require(PeerId host, @Nullable Capacity taken, Capacity limit) {
    boolean fits =
        taken == null
            || (taken.milliVcpus() <= limit.milliVcpus()
                && taken.memory().compareTo(limit.memory()) <= 0
                && taken.disk().compareTo(limit.disk()) <= 0
                && taken.gpus() <= limit.gpus());
    if (!fits) {
      throw new ZansocException(
          ErrorCode.NO_SPACE, "host %s has no room for it".formatted(host.shortText()));
    }
  }

  private static void remove(Handle handle, Instance instance) {
    handle
        .createUpdate("DELETE FROM compute_instance WHERE id = :id")
        .bind("id", instance.id().toString())
        .execute();
  }

  private static void put(Handle handle, Digest deployment, Instance instance) {
    handle
        .createUpdate(
            "INSERT INTO compute_instance (id, deployment, document)"
                + " VALUES (:id, :deployment, :document)"
                + " ON CONFLICT (id) DO UPDATE SET document = excluded.document")
        .bind("id", instance.id().toString())
        .bind("deployment", deployment.toBytes())
        .bind("document", Documents.write(instance))
        .execute();
  }

  private static void put(Handle handle, Digest deployment, Lease lease) {
    Capacity promised = lease.terms().promised();
    handle
        .createUpdate(
            "INSERT INTO compute_lease (instance, number, deployment, host, ended, milli_vcpus,"
                + " memory, disk, gpus, document) VALUES (:instance, :number, :deployment, :host,"
                + " :ended, :milliVcpus, :memory, :disk, :gpus, :document)"
                + " ON CONFLICT (instance, number) DO UPDATE SET ended = excluded.ended,"
                + " milli_vcpus = excluded.milli_vcpus, memory = excluded.memory,"
                + " disk = excluded.disk, gpus = excluded.gpus, document = excluded.document")
        .bind("instance", lease.instance().toString())
        .bind("number", lease.number())
        .bind("deployment", deployment.toBytes())
        .bind("host", Columns.bytes(lease.host()))
        .bind("ended", lease.state() == Lease.State.ENDED ? 1 : 0)
        .bind("milliVcpus", promised.milliVcpus())
        .bind("memory", promised.memory().bytes())
        .bind("disk", promised.disk().bytes())
        .bind("gpus", promised.gpus())
        .bind("document", Documents.write(lease))
        .execute();
  }

  private static void put(Handle handle, Digest deployment, List<DeploymentEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    long last =
        handle
            .createQuery(
                "SELECT COALESCE(MAX(number), 0) FROM compute_event WHERE deployment = :deployment")
            .bind("deployment", deployment.toBytes())
            .mapTo(Long.class)
            .one();
    for (DeploymentEvent event : events) {
      last++;
      handle
          .createUpdate(
              "INSERT INTO compute_event (deployment, number, at, instance, text)"
                  + " VALUES (:deployment, :number, :at, :instance, :text)")
          .bind("deployment", deployment.toBytes())
          .bind("number", last)
          .bind("at", event.at().toEpochMilli())
          .bind("instance", event.instance())
          .bind("text", event.text())
          .execute();
    }
    handle
        .createUpdate("DELETE FROM compute_event WHERE deployment = :deployment AND number <= :old")
        .bind("deployment", deployment.toBytes())
        .bind("old", last - KEPT_EVENTS)
        .execute();
  }

  private static void put(Handle handle, Book.Verdict verdict) {
    handle
        .createUpdate(
            "INSERT INTO compute_standing (host, kept, broken) VALUES (:host, :kept, :broken)"
                + " ON CONFLICT (host) DO UPDATE SET"
                + " kept = compute_standing.kept + excluded.kept,"
                + " broken = compute_standing.broken + excluded.broken")
        .bind("host", Columns.bytes(verdict.host()))
        .bind("kept", verdict.kept() ? 1 : 0)
        .bind("broken", verdict.kept() ? 0 : 1)
        .execute();
  }

  @Override
  public List<Lease> leases(Digest deployment) {
    return database.read(handle -> leases(handle, deployment, ""));
  }

  @Override
  public Optional<Digest> removed(String tenant, String name) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id FROM compute_deployment"
                    + " WHERE tenant = :tenant AND name = :name AND state = 2")
            .bind("tenant", tenant)
            .bind("name", name)
            .map((row, context) -> Digest.of(row.getBytes("id")))
            .stream()
            .flatMap(id -> deployments.find(handle, id).stream())
            .map(DeploymentRows.Row::deployment)
            .max(Comparator.comparing(Deployment::created))
            .map(Deployment::id));
  }

  @Override
  public List<UsageReceipt.Signed> receipts(Digest deployment) {
    return database.read(handle -> UsageRows.receipts(handle, deployment));
  }

  @Override
  public List<Owed> compensations(Digest deployment) {
    return database.read(handle -> UsageRows.owed(handle, deployment));
  }

  @Override
  public List<Owed> owed() {
    return database.read(UsageRows::owed);
  }

  @Override
  public void paidBack(Owed changed) {
    database.run(handle -> UsageRows.update(handle, changed));
  }

  @Override
  public List<DeploymentEvent> events(Digest deployment) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT at, instance, text FROM compute_event WHERE deployment = :deployment"
                    + " ORDER BY number")
            .bind("deployment", deployment.toBytes())
            .map((row, context) ->
                new DeploymentEvent(
                    Instant.ofEpochMilli(row.getLong("at")),
                    row.getString("instance"),
                    row.getString("text")))
            .list());
  }

  @Override
  public Optional<Digest> deploymentOf(InstanceId instance) {
    return database.read(handle ->
        handle
            .createQuery("SELECT deployment FROM compute_instance WHERE id = :id")
            .bind("id", instance.toString())
            .map((row, context) -> Digest.of(row.getBytes("deployment")))
            .findOne());
  }

  @Override
  public List<Digest> deploymentsOn(PeerId host) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT DISTINCT deployment FROM compute_lease WHERE host = :host AND ended = 0"
                    + " ORDER BY deployment")
            .bind("host", Columns.bytes(host))
            .map((row, context) -> Digest.of(row.getBytes("deployment")))
            .list());
  }

  @Override
  public Map<PeerId, Capacity> promised() {
    return database.read(SqlComputeStore::promised);
  }

  private static Map<PeerId, Capacity> promised(Handle handle) {
    Map<PeerId, Capacity> promised = new HashMap<>();
    handle
        .createQuery(PROMISED)
        .map((row, context) -> Map.entry(Columns.peer(row.getBytes("host")), capacity(row)))
        .forEach(entry -> promised.put(entry.getKey(), entry.getValue()));
    return promised;
  }

  private static Capacity capacity(ResultSet row) throws SQLException {
    return new Capacity(
        Math.toIntExact(row.getLong("milli_vcpus")),
        new ByteSize(row.getLong("memory")),
        new ByteSize(row.getLong("disk")),
        Math.toIntExact(row.getLong("gpus")));
  }

  @Override
  public Map<PeerId, Standing> standings() {
    return database.read(handle -> {
      Map<PeerId, Standing> standings = new HashMap<>();
      handle
          .createQuery("SELECT host, kept, broken FROM compute_standing")
          .map((row, context) ->
              Map.entry(
                  Columns.peer(row.getBytes("host")),
                  new Standing(row.getLong("kept"), row.getLong("broken"))))
          .forEach(entry -> standings.put(entry.getKey(), entry.getValue()));
      return standings;
    });
  }
}
