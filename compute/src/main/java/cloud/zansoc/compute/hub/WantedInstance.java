package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * An instance that needs a host.
 *
 * @param name within its deployment: web-1
 * @param service instances of one service are alike but for their names
 * @param stored its disk and volumes
 * @param spread what it shares with no other instance of its service
 * @param labels that its host must have
 * @param features that its host must have
 */
public record WantedInstance(
    String name,
    String service,
    InstanceSize size,
    ByteSize stored,
    ServiceSpec.Spread spread,
    Map<String, String> labels,
    Set<Feature> features) {
  public WantedInstance {
    labels = Map.copyOf(labels);
    features = Set.copyOf(features);
  }

  /** Instance {@code number} of a service, counted from 1. */
  static WantedInstance of(DeploymentSpec deployment, ServiceSpec service, int number) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    if (deployment.privateNetwork()) {
      features.add(Feature.PRIVATE_NETWORK);
    }
    if (!service.volumes().isEmpty()) {
      features.add(Feature.VOLUMES);
    }
    return new WantedInstance(
        service.name() + "-" + number,
        service.name(),
        service.size(),
        InstancePrice.stored(service.size(), service.volumes()),
        service.spread(),
        service.labels(),
        features);
  }
}
