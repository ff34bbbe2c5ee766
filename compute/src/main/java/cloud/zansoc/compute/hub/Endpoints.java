package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.api.DeploymentView;
import java.util.List;

/** Where the ports of deployments are reached from outside. Thread-safe. */
@FunctionalInterface
public interface Endpoints {
  /** A hub that publishes no ports. */
  Endpoints NONE = deployment -> List.of();

  /** The addresses of a deployment's ports, by service and port. */
  List<DeploymentView.Endpoint> addresses(Digest deployment);
}
