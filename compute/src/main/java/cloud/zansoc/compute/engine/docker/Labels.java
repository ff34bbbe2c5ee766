package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Labels of containers and networks, by which they are known as ours. */
final class Labels {
  /** The id of the host that made it. */
  static final String HOST = "cloud.zansoc.host";

  /** Ids of the graphics cards that it has, separated by commas. */
  static final String CARDS = "cloud.zansoc.cards";

  private static final String INSTANCE = "cloud.zansoc.instance";
  private static final String NAME = "cloud.zansoc.name";

  private Labels() {}

  static Map<String, String> of(PeerId owner, InstanceSpec spec, List<String> cards) {
    Map<String, String> labels = new HashMap<>();
    labels.put(HOST, owner.toString());
    labels.put(INSTANCE, spec.id().toString());
    labels.put(NAME, spec.name() + "." + spec.deployment());
    if (!cards.isEmpty()) {
      labels.put(CARDS, String.join(",", cards));
    }
    return labels;
  }

  static boolean isOf(PeerId owner, @Nullable Map<String, String> labels) {
    return labels != null && owner.toString().equals(labels.get(HOST));
  }

  static List<String> cards(Map<String, String> labels) {
    return List.of(labels.getOrDefault(CARDS, "").split(",", -1));
  }

  /** The instance; none where the label is not of ours. */
  static Optional<InstanceId> instance(Map<String, String> labels) {
    try {
      return Optional.ofNullable(labels.get(INSTANCE)).map(InstanceId::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
