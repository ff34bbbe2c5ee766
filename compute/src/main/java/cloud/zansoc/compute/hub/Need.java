package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an instance needs of its host; replicas of a service mostly need the same.
 *
 * @param stored its disk and volumes
 * @param spread what it shares with no other instance of its service
 * @param duration how long; none: without end
 * @param only hosts that come into question; empty: any
 */
record Need(
    String service,
    InstanceSize size,
    ByteSize stored,
    ServiceSpec.Spread spread,
    Map<String, String> labels,
    Set<Feature> features,
    Optional<Duration> duration,
    Set<PeerId> only,
    Set<PeerId> excluded) {

  static Need of(DeploymentSpec deployment, Matcher.Wanted wanted) {
    ServiceSpec service =
        deployment.services().stream()
            .filter(each -> each.name().equals(wanted.service()))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "deployment %s has no service %s"
                        .formatted(deployment.name(), wanted.service())));
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    if (deployment.privateNetwork()) {
      features.add(Feature.PRIVATE_NETWORK);
    }
    if (!service.volumes().isEmpty()) {
      features.add(Feature.VOLUMES);
    }
    if (ImageReference.isStored(service.image())) {
      features.add(Feature.STORED_IMAGES);
    }
    return new Need(
        service.name(),
        wanted.size(),
        InstancePrice.stored(wanted.size(), service.volumes()),
        service.spread(),
        service.labels(),
        features,
        deployment.duration(),
        wanted.only(),
        wanted.excluded());
  }
}
