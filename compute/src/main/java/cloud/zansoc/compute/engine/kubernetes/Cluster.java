package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.engine.EngineInventory.Feature;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a cluster has and can do, as asked at one moment.
 *
 * @param version such as v1.34.4
 * @param nodes on which instances may run
 * @param runtimeClasses with more isolation than the usual one, by their names
 */
record Cluster(String version, List<Node> nodes, List<String> runtimeClasses) {
  /** The first version whose API server carries the end of a command's input. */
  private static final int LEAST_MINOR = 30;

  private static final Pattern VERSION = Pattern.compile("v1\\.([0-9]{1,4})[^0-9].*");
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  /** The daemons of networks that enforce policies, by what their names begin with. */
  private static final List<String> ENFORCING =
      List.of(
          "antrea-agent",
          "calico-node",
          "canal",
          "cilium",
          "kube-network-policies",
          "kube-router",
          "ovnkube-node",
          "rke2-canal",
          "weave-net");

  static Cluster ask(KubernetesClient client) {
    String version = String.valueOf(client.getKubernetesVersion().getGitVersion());
    Matcher minor = VERSION.matcher(version + " ");
    if (!minor.matches() || Integer.parseInt(minor.group(1)) < LEAST_MINOR) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "this cluster runs Kubernetes %s; instances take 1.%d or newer"
              .formatted(version, LEAST_MINOR));
    }
    return new Cluster(
        version,
        client.nodes().list().getItems().stream().filter(Cluster::takesPods).toList(),
        client.resources(RuntimeClass.class).list().getItems().stream()
            .filter(found -> found.getHandler().matches("runsc.*|gvisor.*|kata.*"))
            .map(found -> found.getMetadata().getName())
            .sorted()
            .toList());
  }

  private static boolean takesPods(Node node) {
    boolean closed =
        Boolean.TRUE.equals(node.getSpec().getUnschedulable())
            || node.getSpec().getTaints().stream()
                .anyMatch(taint -> !"PreferNoSchedule".equals(taint.getEffect()));
    return !closed
        && node.getStatus().getConditions().stream()
            .anyMatch(x -> "Ready".equals(x.getType()) && "True".equals(x.getStatus()));
  }

  /**
   * Refuses a cluster in which instances could reach each other and the owner's network.
   *
   * @throws ZansocException UNSUPPORTED
   */
  void requirePolicies(KubernetesClient client) {
    boolean enforced =
        nodes.stream()
                .allMatch(node ->
                    "enforced".equals(label(node, Labels.POLICIES))
                        || node.getStatus()
                            .getNodeInfo()
                            .getKubeletVersion()
                            .matches(".*\\+(k3s|rke2).*"))
            || client.apps().daemonSets().inAnyNamespace().list().getItems().stream()
                .map(daemon -> daemon.getMetadata().getName())
                .anyMatch(name -> ENFORCING.stream().anyMatch(name::startsWith));
    if (!enforced) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "no instance is run on this cluster: nothing in it is known to enforce network policies,"
              + " without which instances reach your network and each other. Install a network"
              + " that does (Calico, Cilium, kube-router), or where yours does:"
              + " kubectl label nodes --all "
              + Labels.POLICIES
              + "=enforced");
    }
  }

  private static String label(Node node, String name) {
    Map<String, String> labels = node.getMetadata().getLabels();
    return labels == null ? "" : labels.getOrDefault(name, "");
  }

  /** Addresses of nodes and networks of pods: they may be of the Internet, and are not for it. */
  List<String> ownNetworks() {
    List<String> networks = new ArrayList<>();
    for (Node node : nodes) {
      networks.addAll(node.getSpec().getPodCIDRs());
      node.getStatus().getAddresses().stream()
          .map(address -> address.getAddress() + "/32")
          .forEach(networks::add);
    }
    return networks.stream()
        .filter(network -> network.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}"))
        .distinct()
        .sorted()
        .toList();
  }

  boolean userNamespaces() {
    return !nodes.isEmpty()
        && nodes.stream()
            .allMatch(node ->
                node.getStatus().getRuntimeHandlers().stream()
                    .filter(x -> x.getName() == null || x.getName().isEmpty())
                    .anyMatch(x ->
                        x.getFeatures() != null
                            && Boolean.TRUE.equals(x.getFeatures().getUserNamespaces())));
  }

  boolean hasImage(String image) {
    String wanted = Images.fullName(image);
    return nodes.stream()
        .flatMap(node -> node.getStatus().getImages().stream())
        .flatMap(found -> found.getNames().stream())
        .anyMatch(name -> Images.fullName(name).equals(wanted));
  }

  /** What its nodes have for pods, less what others' pods were promised. */
  EngineInventory inventory(KubernetesClient client, PeerId owner) {
    Set<String> places = new HashSet<>();
    Map<String, BigDecimal> has = new TreeMap<>();
    for (Node node : nodes) {
      places.add(node.getMetadata().getName());
      node.getStatus().getAllocatable().forEach((name, amount) -> add(has, name, amount));
    }
    for (Pod pod : client.pods().inAnyNamespace().list().getItems()) {
      if (places.contains(pod.getSpec().getNodeName())
          && !OVER.contains(String.valueOf(pod.getStatus().getPhase()))
          && !owner
              .toString()
              .equals(
                  Optional.ofNullable(pod.getMetadata().getLabels())
                      .map(labels -> labels.get(Labels.HOST))
                      .orElse(""))) {
        promised(pod).forEach((name, amount) -> has.merge(name, amount.negate(), BigDecimal::add));
      }
    }
    return new EngineInventory(
        "kubernetes",
        version,
        amount(has, PodSettings.CPU).movePointRight(3).intValue(),
        new ByteSize(amount(has, PodSettings.MEMORY).longValue()),
        new ByteSize(amount(has, PodSettings.DISK).longValue()),
        cards(amount(has, PodSettings.GPU).intValue()),
        runtimeClasses,
        userNamespaces() ? EnumSet.of(Feature.USER_NAMESPACES) : EnumSet.noneOf(Feature.class));
  }

  private static Map<String, BigDecimal> promised(Pod pod) {
    Map<String, BigDecimal> sums = new TreeMap<>();
    pod.getSpec()
        .getContainers()
        .forEach(container -> {
          if (container.getResources() != null && container.getResources().getRequests() != null) {
            container.getResources().getRequests().forEach((name, each) -> add(sums, name, each));
          }
        });
    return sums;
  }

  private static void add(Map<String, BigDecimal> sums, String name, Quantity amount) {
    sums.merge(name, amount.getNumericalAmount(), BigDecimal::add);
  }

  private static BigDecimal amount(Map<String, BigDecimal> sums, String name) {
    return sums.getOrDefault(name, BigDecimal.ZERO)
        .max(BigDecimal.ZERO)
        .setScale(3, RoundingMode.FLOOR);
  }

  /** One for each free card, named as NVIDIA's feature discovery names those of a node. */
  private List<String> cards(int free) {
    List<String> names = new ArrayList<>();
    for (Node node : nodes) {
      Quantity cards = node.getStatus().getAllocatable().get(PodSettings.GPU);
      if (cards != null) {
        String product = label(node, PodSettings.GPU + ".product");
        names.addAll(
            Collections.nCopies(
                cards.getNumericalAmount().intValue(),
                product.isEmpty() ? "NVIDIA GPU" : product.replace('-', ' ')));
      }
    }
    return List.copyOf(names.subList(0, Math.min(free, names.size())));
  }
}
