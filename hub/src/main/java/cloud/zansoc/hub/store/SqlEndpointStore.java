package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.endpoint.EndpointStore;
import cloud.zansoc.hub.endpoint.Reservation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reservations in SQL. Thread-safe. */
public final class SqlEndpointStore implements EndpointStore {
  private static final String OF_REMOVED =
      " WHERE deployment IN (SELECT id FROM compute_deployment WHERE state = 2)";
  private static final String OF_NONE =
      " WHERE deployment NOT IN (SELECT id FROM compute_deployment WHERE state < 2)";

  private final Database database;

  /** Uses {@code database}, whose owner closes it. */
  public SqlEndpointStore(Database database) {
    this.database = database;
  }

  @Override
  public Reservation reserve(Digest deployment, List<String> labels, List<Reservation.Port> ports) {
    return database.write(handle -> {
      Optional<Reservation> there = find(handle, deployment);
      if (there.isPresent()) {
        return there.get();
      }
      delete(handle, OF_REMOVED);
      String label =
          labels.stream()
              .filter(any -> !isTaken(handle, any))
              .findFirst()
              .orElseThrow(() ->
                  new ZansocException(
                      ErrorCode.CONFLICT, "the names %s are taken".formatted(labels)));
      handle
          .createUpdate(
              "INSERT INTO endpoint_name (label, deployment) VALUES (:label, :deployment)")
          .bind("label", label)
          .bind("deployment", deployment.toBytes())
          .execute();
      ports.forEach(port -> put(handle, deployment, port));
      return new Reservation(deployment, label, ports);
    });
  }

  private static boolean isTaken(Handle handle, String label) {
    return handle
        .createQuery("SELECT 1 FROM endpoint_name WHERE label = :label")
        .bind("label", label)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  private static void put(Handle handle, Digest deployment, Reservation.Port port) {
    boolean taken =
        handle
            .createQuery("SELECT 1 FROM endpoint_port WHERE public_port = :publicPort")
            .bind("publicPort", port.publicPort())
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (taken) {
      throw new ZansocException(
          ErrorCode.CONFLICT, "port %d of this hub is taken".formatted(port.publicPort()));
    }
    handle
        .createUpdate(
            "INSERT INTO endpoint_port (public_port, deployment, service, port)"
                + " VALUES (:publicPort, :deployment, :service, :port)")
        .bind("publicPort", port.publicPort())
        .bind("deployment", deployment.toBytes())
        .bind("service", port.service())
        .bind("port", port.port())
        .execute();
  }

  @Override
  public Optional<Reservation> find(Digest deployment) {
    return database.read(handle -> find(handle, deployment));
  }

  private static Optional<Reservation> find(Handle handle, Digest deployment) {
    return handle
        .createQuery("SELECT label FROM endpoint_name WHERE deployment = :deployment")
        .bind("deployment", deployment.toBytes())
        .mapTo(String.class)
        .findOne()
        .map(label -> new Reservation(deployment, label, ports(handle, deployment)));
  }

  private static List<Reservation.Port> ports(Handle handle, Digest deployment) {
    return handle
        .createQuery(
            "SELECT service, port, public_port FROM endpoint_port WHERE deployment = :deployment"
                + " ORDER BY service, port, public_port")
        .bind("deployment", deployment.toBytes())
        .map((row, context) ->
            new Reservation.Port(
                row.getString("service"), row.getInt("port"), row.getInt("public_port")))
        .list();
  }

  @Override
  public Set<Integer> taken() {
    return database.read(handle ->
        Set.copyOf(
            handle
                .createQuery(
                    "SELECT public_port FROM endpoint_port WHERE deployment NOT IN"
                        + " (SELECT id FROM compute_deployment WHERE state = 2)")
                .mapTo(Integer.class)
                .list()));
  }

  @Override
  public void release(Digest deployment) {
    database.run(handle -> {
      for (String table : List.of("endpoint_name", "endpoint_port")) {
        handle
            .createUpdate("DELETE FROM " + table + " WHERE deployment = :deployment")
            .bind("deployment", deployment.toBytes())
            .execute();
      }
    });
  }

  @Override
  public void sweep() {
    database.run(handle -> delete(handle, OF_NONE));
  }

  private static void delete(Handle handle, String condition) {
    handle.createUpdate("DELETE FROM endpoint_name" + condition).execute();
    handle.createUpdate("DELETE FROM endpoint_port" + condition).execute();
  }
}
