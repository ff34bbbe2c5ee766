package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.hub.Compensation;
import cloud.zansoc.compute.hub.ComputeStore.Owed;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.compute.hub.Lease;
import cloud.zansoc.compute.hub.UsageReceipts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The rows of usage receipts and of what clients get back; neither is ever deleted. */
final class UsageRows {
  private static final String OWED =
      "SELECT instance, number, account, units, attempts, paid FROM compute_compensation";

  private UsageRows() {}

  /** Keeps what a lease has that is new. */
  static void put(Handle handle, Deployment deployment, Lease lease) {
    lease
        .observed()
        .usage()
        .flatMap(UsageReceipts::newest)
        .ifPresent(receipt -> put(handle, deployment.id(), receipt));
    Compensation.owed(deployment, lease).ifPresent(owed -> put(handle, deployment.id(), owed));
  }

  private static void put(Handle handle, Digest deployment, UsageReceipt.Signed signed) {
    UsageReceipt receipt = signed.receipt();
    handle
        .createUpdate(
            "INSERT INTO compute_receipt (instance, generation, number, deployment, receipt)"
                + " VALUES (:instance, :generation, :number, :deployment, :receipt)"
                + " ON CONFLICT (instance, generation, number) DO NOTHING")
        .bind("instance", receipt.stay().instance().toString())
        .bind("generation", receipt.stay().generation())
        .bind("number", receipt.period().number())
        .bind("deployment", deployment.toBytes())
        .bind("receipt", signed.encode())
        .execute();
  }

  private static void put(Handle handle, Digest deployment, Owed owed) {
    handle
        .createUpdate(
            "INSERT INTO compute_compensation"
                + " (instance, number, deployment, account, units, attempts, paid)"
                + " VALUES (:instance, :number, :deployment, :account, :units, 0, 0)"
                + " ON CONFLICT (instance, number) DO NOTHING")
        .bind("instance", owed.instance().toString())
        .bind("number", owed.lease())
        .bind("deployment", deployment.toBytes())
        .bind("account", owed.account())
        .bind("units", owed.units())
        .execute();
  }

  static void update(Handle handle, Owed changed) {
    handle
        .createUpdate(
            "UPDATE compute_compensation SET attempts = :attempts, paid = :paid"
                + " WHERE instance = :instance AND number = :number")
        .bind("attempts", changed.attempts())
        .bind("paid", changed.paid() ? 1 : 0)
        .bind("instance", changed.instance().toString())
        .bind("number", changed.lease())
        .execute();
  }

  static List<UsageReceipt.Signed> receipts(Handle handle, Digest deployment) {
    return handle
        .createQuery(
            "SELECT receipt FROM compute_receipt WHERE deployment = :deployment"
                + " ORDER BY instance, generation, number")
        .bind("deployment", deployment.toBytes())
        .map((row, context) -> UsageReceipt.Signed.decode(row.getBytes("receipt")))
        .list();
  }

  static List<Owed> owed(Handle handle) {
    return handle
        .createQuery(OWED + " WHERE paid = 0 ORDER BY instance, number")
        .map((row, context) -> owed(row))
        .list();
  }

  static List<Owed> owed(Handle handle, Digest deployment) {
    return handle
        .createQuery(OWED + " WHERE deployment = :deployment ORDER BY instance, number")
        .bind("deployment", deployment.toBytes())
        .map((row, context) -> owed(row))
        .list();
  }

  private static Owed owed(ResultSet row) throws SQLException {
    return new Owed(
        InstanceId.parse(row.getString("instance")),
        row.getLong("number"),
        row.getString("account"),
        row.getString("units"),
        row.getInt("attempts"),
        row.getInt("paid") == 1);
  }
}
