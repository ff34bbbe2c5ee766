package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.engine.NotInternet;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The namespaces of deployments, one for each that has instances here. In a namespace its instances
 * reach the Internet and the cluster's names, and nothing else; nobody reaches them but through the
 * API server; and no more can run than was ordered.
 *
 * <p>Pod Security enforces "baseline", not "restricted": that would refuse images whose first user
 * is root, which most are, and the capabilities with which they become another user. Everything
 * else that "restricted" asks for holds.
 */
final class DeploymentNamespaces {
  private static final String NAME = "zansoc";
  private static final List<String> COUNTED =
      List.of(PodSettings.CPU, PodSettings.MEMORY, PodSettings.DISK, PodSettings.GPU);

  /** Nothing of these belongs into a deployment's namespace. */
  private static final List<String> NONE =
      List.of("services", "persistentvolumeclaims", "replicationcontrollers");

  private static final String POD_SECURITY = "pod-security.kubernetes.io/";

  private final KubernetesClient client;
  private final PeerId owner;

  /** Held while a namespace gets its first instance, or loses its last. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Where instances are, as far as it was asked. */
  private final ConcurrentMap<InstanceId, String> places = new ConcurrentHashMap<>();

  DeploymentNamespaces(KubernetesClient client, PeerId owner) {
    this.client = client;
    this.owner = owner;
  }

  /** The template of an instance, whose namespace is in its metadata. */
  Optional<PodTemplate> find(InstanceId id) {
    String known = places.get(id);
    if (known != null) {
      Optional<PodTemplate> found =
          Optional.ofNullable(
              client.v1().podTemplates().inNamespace(known).withName(Labels.name(id)).get());
      if (found.isPresent()) {
        return found.filter(this::isKept);
      }
      places.remove(id, known);
    }
    Optional<PodTemplate> found =
        client
            .v1()
            .podTemplates()
            .inAnyNamespace()
            .withLabels(Labels.of(owner, id))
            .list()
            .getItems()
            .stream()
            .filter(this::isKept)
            .findFirst();
    found.ifPresent(template -> places.put(id, template.getMetadata().getNamespace()));
    return found;
  }

  private boolean isKept(PodTemplate template) {
    return template.getMetadata().getDeletionTimestamp() == null;
  }

  /**
   * Makes an instance's template and secret in its deployment's namespace.
   *
   * @param refused networks of the cluster that are no one's to reach, beside those that are not of
   *     the Internet
   */
  void create(InstanceSpec spec, PodTemplate template, List<String> refused) {
    lock.lock();
    try {
      String namespace = ensure(spec);
      put(client.network().v1().networkPolicies().inNamespace(namespace).resource(policy(refused)));
      if (!spec.environment().isEmpty()) {
        put(
            client
                .secrets()
                .inNamespace(namespace)
                .resource(
                    new SecretBuilder()
                        .withNewMetadata()
                        .withName(Labels.name(spec.id()))
                        .withLabels(Labels.of(owner, spec))
                        .endMetadata()
                        .withStringData(spec.environment())
                        .build()));
      }
      List<PodTemplate> all = new ArrayList<>(templates(namespace));
      all.add(template);
      bound(namespace, all);
      client.v1().podTemplates().inNamespace(namespace).resource(template).create();
    } finally {
      lock.unlock();
    }
  }

  private String ensure(InstanceSpec spec) {
    Map<String, String> ours =
        Map.of(Labels.HOST, owner.toString(), Labels.DEPLOYMENT, Labels.deployment(spec));
    Optional<Namespace> there =
        client.namespaces().withLabels(ours).list().getItems().stream()
            .filter(x -> x.getMetadata().getDeletionTimestamp() == null)
            .findFirst();
    if (there.isPresent()) {
      return there.get().getMetadata().getName();
    }
    Namespace made =
        new NamespaceBuilder()
            .withNewMetadata()
            .withGenerateName(Labels.namespacePrefix(spec.deployment()))
            .withLabels(ours)
            .addToLabels(POD_SECURITY + "enforce", "baseline")
            .addToLabels(POD_SECURITY + "audit", "restricted")
            .endMetadata()
            .build();
    return client.namespaces().resource(made).create().getMetadata().getName();
  }

  /** Removes an instance's pod, secret and template, and the namespace with its last one. */
  void remove(PodTemplate template) {
    String namespace = template.getMetadata().getNamespace();
    String name = template.getMetadata().getName();
    lock.lock();
    try {
      client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
      client.secrets().inNamespace(namespace).withName(name).delete();
      client.v1().podTemplates().inNamespace(namespace).withName(name).delete();
      List<PodTemplate> left = templates(namespace);
      if (left.isEmpty()) {
        client.namespaces().withName(namespace).delete();
      } else {
        bound(namespace, left);
      }
    } finally {
      lock.unlock();
    }
    Labels.instance(template.getMetadata().getLabels()).ifPresent(places::remove);
  }

  /** The templates of all instances. */
  List<PodTemplate> all() {
    return client
        .v1()
        .podTemplates()
        .inAnyNamespace()
        .withLabel(Labels.HOST, owner.toString())
        .list()
        .getItems()
        .stream()
        .filter(this::isKept)
        .toList();
  }

  /** Removes all namespaces of this host, with what is in them. */
  void removeAll() {
    client.namespaces().withLabel(Labels.HOST, owner.toString()).delete();
  }

  private List<PodTemplate> templates(String namespace) {
    return client
        .v1()
        .podTemplates()
        .inNamespace(namespace)
        .withLabel(Labels.HOST, owner.toString())
        .list()
        .getItems();
  }

  /**
   * Gives an instance other limits from its next start on.
   *
   * @param change comes between allowing more and allowing less
   */
  void resize(PodTemplate template, Map<String, Quantity> amounts, Runnable change) {
    String namespace = template.getMetadata().getNamespace();
    lock.lock();
    try {
      PodTemplate resized =
          new PodTemplateBuilder(template)
              .editTemplate()
              .editSpec()
              .editFirstContainer()
              .editResources()
              .addToRequests(amounts)
              .addToLimits(amounts)
              .endResources()
              .endContainer()
              .endSpec()
              .endTemplate()
              .build();
      List<PodTemplate> during = new ArrayList<>(templates(namespace));
      during.add(resized);
      bound(namespace, during);
      change.run();
      client.v1().podTemplates().inNamespace(namespace).resource(resized).update();
    } finally {
      bound(namespace, templates(namespace));
      lock.unlock();
    }
  }

  /** Allows what these instances need all together, and no more. */
  private void bound(String namespace, List<PodTemplate> templates) {
    Map<String, BigDecimal> sums = new TreeMap<>();
    Map<String, BigDecimal> largest = new TreeMap<>();
    for (PodTemplate template : templates) {
      template
          .getTemplate()
          .getSpec()
          .getContainers()
          .getFirst()
          .getResources()
          .getLimits()
          .forEach((name, amount) -> {
            sums.merge(name, amount.getNumericalAmount(), BigDecimal::add);
            largest.merge(name, amount.getNumericalAmount(), BigDecimal::max);
          });
    }
    put(client.resourceQuotas().inNamespace(namespace).resource(quota(templates.size(), sums)));
    put(client.limitRanges().inNamespace(namespace).resource(limits(largest)));
  }

  private static <T> void put(NonDeletingOperation<T> resource) {
    resource.createOr(NonDeletingOperation::update);
  }

  private static ResourceQuota quota(int pods, Map<String, BigDecimal> sums) {
    Map<String, Quantity> hard = new TreeMap<>();
    hard.put("pods", new Quantity(Integer.toString(pods)));
    NONE.forEach(name -> hard.put(name, new Quantity("0")));
    for (String name : COUNTED) {
      Quantity sum = quantity(sums.getOrDefault(name, BigDecimal.ZERO));
      hard.put("requests." + name, sum);
      if (!name.equals(PodSettings.GPU)) {
        hard.put("limits." + name, sum);
      }
    }
    return new ResourceQuotaBuilder()
        .withNewMetadata()
        .withName(NAME)
        .endMetadata()
        .withNewSpec()
        .withHard(hard)
        .endSpec()
        .build();
  }

  private static LimitRange limits(Map<String, BigDecimal> largest) {
    Map<String, Quantity> most = new TreeMap<>();
    largest.forEach((name, amount) -> most.put(name, quantity(amount)));
    return new LimitRangeBuilder()
        .withNewMetadata()
        .withName(NAME)
        .endMetadata()
        .withNewSpec()
        .addNewLimit()
        .withType("Container")
        .withMax(most)
        .endLimit()
        .endSpec()
        .build();
  }

  private static Quantity quantity(BigDecimal amount) {
    return new Quantity(amount.stripTrailingZeros().toPlainString());
  }

  private static NetworkPolicy policy(List<String> refused) {
    List<String> except = new ArrayList<>(NotInternet.NETWORKS);
    refused.stream().filter(network -> !except.contains(network)).forEach(except::add);
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(NAME)
        .endMetadata()
        .withNewSpec()
        .withNewPodSelector()
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .addNewEgress()
        .addNewTo()
        .withNewIpBlock()
        .withCidr("0.0.0.0/0")
        .withExcept(except)
        .endIpBlock()
        .endTo()
        .endEgress()
        .addNewEgress()
        .addNewTo()
        .withNewNamespaceSelector()
        .addToMatchLabels("kubernetes.io/metadata.name", "kube-system")
        .endNamespaceSelector()
        .withNewPodSelector()
        .addToMatchLabels("k8s-app", "kube-dns")
        .endPodSelector()
        .endTo()
        .addNewPort()
        .withProtocol("UDP")
        .withPort(new IntOrString(53))
        .endPort()
        .addNewPort()
        .withProtocol("TCP")
        .withPort(new IntOrString(53))
        .endPort()
        .endEgress()
        .endSpec()
        .build();
  }
}
