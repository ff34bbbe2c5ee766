package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.Book;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.net.http.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/** The rows of deployments, whose secrets lie sealed beside the document. */
final class DeploymentRows {
  private final Sealing sealing;

  DeploymentRows(Sealing sealing) {
    this.sealing = sealing;
  }

  /** A deployment and how often it was written. */
  record Row(Deployment deployment, long version) {}

  /**
   * The secrets of all services, by the service's name.
   *
   * @param images with the keys of those that lie in storage; none in rows of before
   */
  private record Secrets(
      Map<String, Map<String, String>> services, Optional<Map<String, String>> images) {}

  /** Whose a deployment is, if there is one of this id. */
  static Optional<String> owner(Handle handle, Digest id) {
    return handle
        .createQuery("SELECT tenant FROM compute_deployment WHERE id = :id")
        .bind("id", id.toBytes())
        .mapTo(String.class)
        .findOne();
  }

  Optional<Row> find(Handle handle, Digest id) {
    return handle
        .createQuery("SELECT document, secrets, version FROM compute_deployment WHERE id = :id")
        .bind("id", id.toBytes())
        .map((row, context) -> {
          Deployment document = Documents.read(row.getString("document"), Deployment.class);
          byte[] secrets = sealing.open(id.toBytes(), row.getBytes("secrets"));
          return new Row(with(document, Json.read(secrets, Secrets.class)), row.getLong("version"));
        })
        .findOne();
  }

  void insert(Handle handle, Deployment deployment) {
    handle
        .createUpdate(
            "INSERT INTO compute_deployment (id, tenant, name, state, document, secrets, version)"
                + " VALUES (:id, :tenant, :name, :state, :document, :secrets, 1)")
        .bind("id", deployment.id().toBytes())
        .bind("tenant", deployment.tenant())
        .bind("name", deployment.name())
        .bind("state", state(deployment))
        .bind("document", Documents.write(open(deployment)))
        .bind("secrets", sealed(deployment))
        .execute();
  }

  /**
   * Writes a deployment as one write more than {@code before}; CONFLICT where it is not the next.
   */
  void update(Handle handle, Book before, Deployment after) {
    int updated =
        handle
            .createUpdate(
                "UPDATE compute_deployment SET state = :state, document = :document,"
                    + " version = version + 1 WHERE id = :id AND version = :version")
            .bind("state", state(after))
            .bind("document", Documents.write(open(after)))
            .bind("id", after.id().toBytes())
            .bind("version", before.version())
            .execute();
    if (updated == 0) {
      throw new ZansocException(
          ErrorCode.CONFLICT, "deployment %s was written meanwhile".formatted(after.name()));
    }
    if (!secrets(before.deployment()).equals(secrets(after))) {
      handle
          .createUpdate("UPDATE compute_deployment SET secrets = :secrets WHERE id = :id")
          .bind("secrets", sealed(after))
          .bind("id", after.id().toBytes())
          .execute();
    }
  }

  private static int state(Deployment deployment) {
    return switch (deployment.state()) {
      case ACTIVE -> 0;
      case REMOVING -> 1;
      case REMOVED -> 2;
    };
  }

  private byte[] sealed(Deployment deployment) {
    return sealing.seal(deployment.id().toBytes(), Json.write(secrets(deployment)));
  }

  private static Secrets secrets(Deployment deployment) {
    Map<String, Map<String, String>> secrets = new HashMap<>();
    Map<String, String> images = new HashMap<>();
    for (ServiceSpec service : deployment.spec().services()) {
      secrets.put(service.name(), service.secrets());
      images.put(service.name(), service.image());
    }
    return new Secrets(secrets, Optional.of(images));
  }

  /** Without what is sealed. */
  private static Deployment open(Deployment deployment) {
    return with(
        deployment,
        service -> service.withSecrets(Map.of()).withImage(ImageReference.shown(service.image())));
  }

  private static Deployment with(Deployment deployment, Secrets secrets) {
    Map<String, String> images = secrets.images().orElse(Map.of());
    return with(
        deployment,
        service ->
            service
                .withSecrets(secrets.services().getOrDefault(service.name(), Map.of()))
                .withImage(images.getOrDefault(service.name(), service.image())));
  }

  private static Deployment with(Deployment deployment, UnaryOperator<ServiceSpec> change) {
    DeploymentSpec spec = deployment.spec();
    return deployment.with(spec.withServices(spec.services().stream().map(change).toList()));
  }
}
