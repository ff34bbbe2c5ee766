package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Labels and annotations of what is ours in a cluster. */
final class Labels {
  /** The id of the host that made it. */
  static final String HOST = "cloud.zansoc.host";

  /** Which instance it is of. */
  static final String INSTANCE = "cloud.zansoc.instance";

  /** Of a namespace: which deployment it is for, by {@link #deployment}. */
  static final String DEPLOYMENT = "cloud.zansoc.deployment";

  /** Annotation: the names of instance and deployment, for people. */
  static final String NAME = "cloud.zansoc.name";

  /** Annotation: when the instance was started last. */
  static final String STARTED = "cloud.zansoc.started";

  /** Annotation of a template: how its last pod ended, where that pod is gone. */
  static final String EXIT_CODE = "cloud.zansoc.exit-code";

  /** Of nodes: the cluster's owner vouches that its network enforces policies. */
  static final String POLICIES = "cloud.zansoc.network-policies";

  /** The longest part of a deployment's name in its namespace's. */
  private static final int NAME_LENGTH = 40;

  private static final int DIGEST_LENGTH = 32;

  private Labels() {}

  static Map<String, String> of(PeerId owner, InstanceSpec spec) {
    return Map.of(HOST, owner.toString(), INSTANCE, spec.id().toString());
  }

  static Map<String, String> of(PeerId owner, InstanceId id) {
    return Map.of(HOST, owner.toString(), INSTANCE, id.toString());
  }

  /** Names are a tenant's own: two may have a deployment of one name here. */
  static String deployment(InstanceSpec spec) {
    byte[] names = (spec.tenant() + "\0" + spec.deployment()).getBytes(StandardCharsets.UTF_8);
    return Digest.sha256(names).toString().substring(0, DIGEST_LENGTH);
  }

  /** What a namespace's name begins with; the cluster adds some characters. */
  static String namespacePrefix(String deployment) {
    String name = deployment.substring(0, Math.min(deployment.length(), NAME_LENGTH));
    return "zansoc-" + name + (name.endsWith("-") ? "" : "-");
  }

  /** Of template, pod and secret of an instance. */
  static String name(InstanceId id) {
    return "instance-" + id;
  }

  /** The instance; none where the label is not of ours. */
  static Optional<InstanceId> instance(@Nullable Map<String, String> labels) {
    try {
      return Optional.ofNullable(labels).map(all -> all.get(INSTANCE)).map(InstanceId::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
