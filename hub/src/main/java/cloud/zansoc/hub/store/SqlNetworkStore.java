package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.NetworkStore;
import cloud.zansoc.compute.hub.PrivateNetworks;
import cloud.zansoc.compute.network.NebulaAuthority.Validity;
import cloud.zansoc.compute.network.NebulaCertificate;
import cloud.zansoc.compute.network.NetworkAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Private networks on SQLite or PostgreSQL. */
public final class SqlNetworkStore implements NetworkStore {
  private final Database database;

  public SqlNetworkStore(Database database) {
    this.database = database;
  }

  @Override
  public void seat(PrivateNetworks.Member member, Draw draw) {
    database.run(handle -> {
      Optional<Taken> taken = taken(handle, member.instance());
      if (taken.isPresent()) {
        advance(handle, member, taken.get());
      } else {
        insert(handle, member, draw);
      }
    });
  }

  /** A seat that an instance has or had. */
  private record Taken(String deployment, long generation, boolean released) {}

  private static Optional<Taken> taken(Handle handle, InstanceId instance) {
    return handle
        .createQuery(
            "SELECT deployment, generation, released FROM network_seat WHERE instance = :instance")
        .bind("instance", instance.toString())
        .map((row, context) ->
            new Taken(
                row.getString("deployment"),
                row.getLong("generation"),
                row.getObject("released") != null))
        .findOne();
  }

  private static void advance(Handle handle, PrivateNetworks.Member member, Taken taken) {
    if (taken.released()) {
      throw new ZansocException(
          ErrorCode.GONE, "instance %s has left its network".formatted(member.instance()));
    }
    if (!taken.deployment().equals(member.deployment())
        || taken.generation() > member.generation()) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "instance %s is generation %d in the network of deployment %s, not %d in that of %s"
              .formatted(
                  member.instance(),
                  taken.generation(),
                  taken.deployment(),
                  member.generation(),
                  member.deployment()));
    }
    handle.execute(
        "UPDATE network_seat SET generation = ? WHERE instance = ?",
        member.generation(),
        member.instance().toString());
  }

  private static void insert(Handle handle, PrivateNetworks.Member member, Draw draw) {
    if (exists(
        handle,
        "SELECT COUNT(*) FROM network_seat"
            + " WHERE deployment = ? AND name = ? AND released IS NULL",
        member.deployment(),
        member.name())) {
      throw new ZansocException(
          ErrorCode.ALREADY_EXISTS,
          "deployment %s has another instance '%s' in its network"
              .formatted(member.deploymentName(), member.name()));
    }
    if (!exists(
        handle, "SELECT COUNT(*) FROM private_network WHERE deployment = ?", member.deployment())) {
      handle.execute(
          "INSERT INTO private_network (deployment, group_name) VALUES (?, ?)",
          member.deployment(),
          draw.group());
    }
    NetworkAddress address =
        draw.addresses().stream()
            .filter(its ->
                !exists(handle, "SELECT COUNT(*) FROM network_seat WHERE address = ?", number(its)))
            .findFirst()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NO_SPACE,
                    "no address of the private networks was found free: try again, or remove deployments"));
    handle
        .createUpdate(
            "INSERT INTO network_seat"
                + " (instance, deployment, deployment_name, name, address, generation)"
                + " VALUES (:instance, :deployment, :deploymentName, :name, :address, :generation)")
        .bind("instance", member.instance().toString())
        .bind("deployment", member.deployment())
        .bind("deploymentName", member.deploymentName())
        .bind("name", member.name())
        .bind("address", number(address))
        .bind("generation", member.generation())
        .execute();
  }

  private static boolean exists(Handle handle, String count, Object... values) {
    return handle.select(count, values).mapTo(Long.class).one() > 0;
  }

  @Override
  public void release(InstanceId instance, Instant now) {
    database.run(handle ->
        handle.execute(
            "UPDATE network_seat SET released = ? WHERE instance = ? AND released IS NULL",
            now.toEpochMilli(),
            instance.toString()));
  }

  @Override
  public Roll roll(String deployment, Instant now) {
    return database.read(handle -> {
      String group =
          handle
              .select("SELECT group_name FROM private_network WHERE deployment = ?", deployment)
              .mapTo(String.class)
              .findOne()
              .orElse("");
      List<Seat> seats =
          handle
              .select(
                  "SELECT instance, deployment_name, name, address, generation FROM network_seat"
                      + " WHERE deployment = ? AND released IS NULL ORDER BY instance",
                  deployment)
              .map((row, context) -> seat(row))
              .list();
      List<Issued> certificates =
          handle
              .select(
                  "SELECT instance, generation, not_before, not_after, pem"
                      + " FROM network_certificate WHERE deployment = ? AND not_after > ?"
                      + " ORDER BY not_before, fingerprint",
                  deployment,
                  now.getEpochSecond())
              .map((row, context) -> issued(row))
              .list();
      return new Roll(group, seats, certificates);
    });
  }

  private static Seat seat(ResultSet row) throws SQLException {
    return new Seat(
        InstanceId.parse(row.getString("instance")),
        row.getString("deployment_name"),
        row.getString("name"),
        new NetworkAddress((int) row.getLong("address")),
        row.getLong("generation"));
  }

  private static Issued issued(ResultSet row) throws SQLException {
    return new Issued(
        InstanceId.parse(row.getString("instance")),
        row.getLong("generation"),
        new Validity(
            Instant.ofEpochSecond(row.getLong("not_before")),
            Instant.ofEpochSecond(row.getLong("not_after"))),
        NebulaCertificate.parse(row.getString("pem")));
  }

  @Override
  public void add(String deployment, List<Issued> certificates) {
    database.run(handle -> {
      PreparedBatch batch =
          handle.prepareBatch(
              "INSERT INTO network_certificate"
                  + " (fingerprint, instance, deployment, generation, not_before, not_after, pem)"
                  + " VALUES (:fingerprint, :instance, :deployment, :generation, :notBefore,"
                  + " :notAfter, :pem) ON CONFLICT (fingerprint) DO NOTHING");
      for (Issued issued : certificates) {
        batch
            .bind("fingerprint", issued.certificate().fingerprint())
            .bind("instance", issued.instance().toString())
            .bind("deployment", deployment)
            .bind("generation", issued.generation())
            .bind("notBefore", issued.validity().notBefore().getEpochSecond())
            .bind("notAfter", issued.validity().notAfter().getEpochSecond())
            .bind("pem", issued.certificate().pem())
            .add();
      }
      batch.execute();
    });
  }

  @Override
  public List<String> blocked(Instant now) {
    return database.read(handle ->
        handle
            .select(
                "SELECT c.fingerprint FROM network_certificate c"
                    + " JOIN network_seat s ON s.instance = c.instance"
                    + " WHERE c.not_after > ?"
                    + " AND (s.released IS NOT NULL OR c.generation < s.generation)"
                    + " ORDER BY c.fingerprint",
                now.getEpochSecond())
            .mapTo(String.class)
            .list());
  }

  @Override
  public void forget(Instant now) {
    database.run(handle -> {
      handle.execute("DELETE FROM network_certificate WHERE not_after <= ?", now.getEpochSecond());
      handle.execute(
          "DELETE FROM network_seat WHERE released IS NOT NULL AND NOT EXISTS"
              + " (SELECT 1 FROM network_certificate c WHERE c.instance = network_seat.instance)");
      handle.execute(
          "DELETE FROM private_network WHERE NOT EXISTS"
              + " (SELECT 1 FROM network_seat s"
              + " WHERE s.deployment = private_network.deployment)");
    });
  }

  private static long number(NetworkAddress address) {
    return Integer.toUnsignedLong(address.bits());
  }
}
