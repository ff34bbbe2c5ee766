package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.engine.GrantedCapabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the pod of an instance is bounded: the runtime's default seccomp profile, no process can gain
 * privileges by running a program, of root's capabilities {@link GrantedCapabilities} are left, and
 * there is no account of the cluster inside. Its processes share one namespace with the pod's own
 * first process, which collects orphans; a signal so ends a command that handles none.
 *
 * @param runtimeClass with more isolation than the usual one; none: the cluster's default
 * @param userNamespaces whether all nodes can make root inside nobody outside
 */
record PodSettings(PeerId owner, Optional<String> runtimeClass, boolean userNamespaces) {
  /** The one container of a pod. */
  static final String CONTAINER = "instance";

  static final String CPU = "cpu";
  static final String MEMORY = "memory";
  static final String DISK = "ephemeral-storage";
  static final String GPU = "nvidia.com/gpu";

  /** What a command gets to end by itself; a pod's is fixed when it is made. */
  static final Duration GRACE = Duration.ofSeconds(10);

  /** How long a pod stays bound to a node that does not answer: instances move sooner anyway. */
  private static final long GONE_SECONDS = 30;

  /** What becomes a pod each time that the instance is started. */
  PodTemplate template(InstanceSpec spec) {
    return new PodTemplateBuilder()
        .withNewMetadata()
        .withName(Labels.name(spec.id()))
        .withLabels(Labels.of(owner, spec))
        .withAnnotations(Map.of(Labels.NAME, spec.name() + "." + spec.deployment()))
        .endMetadata()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(Labels.of(owner, spec))
        .endMetadata()
        .withSpec(pod(spec))
        .endTemplate()
        .build();
  }

  private PodSpec pod(InstanceSpec spec) {
    PodSpecBuilder pod =
        new PodSpecBuilder()
            .withHostname(spec.name())
            .withRestartPolicy("Never")
            .withTerminationGracePeriodSeconds(GRACE.toSeconds())
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withShareProcessNamespace(true)
            .withNewSecurityContext()
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .withContainers(container(spec));
    for (String trouble : List.of("not-ready", "unreachable")) {
      pod.addNewToleration()
          .withKey("node.kubernetes.io/" + trouble)
          .withOperator("Exists")
          .withEffect("NoExecute")
          .withTolerationSeconds(GONE_SECONDS)
          .endToleration();
    }
    if (runtimeClass.isPresent()) {
      pod.withRuntimeClassName(runtimeClass.get());
    } else if (userNamespaces) {
      pod.withHostUsers(false);
    }
    return pod.build();
  }

  private static Container container(InstanceSpec spec) {
    ContainerBuilder container =
        new ContainerBuilder()
            .withName(CONTAINER)
            .withImage(spec.image())
            .withImagePullPolicy("IfNotPresent")
            .withArgs(spec.command().stream().map(PodSettings::literally).toList())
            .withSecurityContext(security())
            .withResources(resources(spec.size()));
    if (!spec.environment().isEmpty()) {
      container
          .addNewEnvFrom()
          .withNewSecretRef()
          .withName(Labels.name(spec.id()))
          .endSecretRef()
          .endEnvFrom();
    }
    return container.build();
  }

  /** Kubernetes would replace {@code $(NAME)} by a variable. */
  private static String literally(String argument) {
    return argument.replace("$(", "$$(");
  }

  static SecurityContext security() {
    return new SecurityContextBuilder()
        .withPrivileged(false)
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .withAdd(GrantedCapabilities.NAMES)
        .endCapabilities()
        .build();
  }

  /** All is promised that may be used: nobody's instance gets slower by another's. */
  static ResourceRequirements resources(InstanceSize size) {
    Map<String, Quantity> amounts = new TreeMap<>(changeable(size));
    if (size.disk().bytes() > 0) {
      amounts.put(DISK, new Quantity(Long.toString(size.disk().bytes())));
    }
    if (size.gpus() > 0) {
      amounts.put(GPU, new Quantity(Integer.toString(size.gpus())));
    }
    return new ResourceRequirementsBuilder().withRequests(amounts).withLimits(amounts).build();
  }

  /** What a running pod can get more or less of. */
  static Map<String, Quantity> changeable(InstanceSize size) {
    return Map.of(
        CPU,
        new Quantity(size.milliVcpus() + "m"),
        MEMORY,
        new Quantity(Long.toString(size.memory().bytes())));
  }
}
