/**
 * Kubernetes as an engine: {@link cloud.zansoc.compute.engine.kubernetes.KubernetesEngine}. A whole
 * cluster is one host; each deployment has a namespace, each instance a template of a pod that
 * outlives the pod. It takes Kubernetes 1.30 or newer, and a network that enforces policies. Its
 * classes are only loaded where it is chosen.
 */
@NullMarked
package cloud.zansoc.compute.engine.kubernetes;

import org.jspecify.annotations.NullMarked;
