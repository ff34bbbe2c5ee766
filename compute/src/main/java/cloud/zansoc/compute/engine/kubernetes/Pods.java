package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Makes pods, and waits for what becomes of them. */
final class Pods {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration SLOWEST_POLL = Duration.ofMillis(500);

  /** How long a namespace's account and quota may take to be known. */
  private static final Duration CONTROLLERS = Duration.ofSeconds(20);

  /** How long no node may have room: pods that end make some a moment later. */
  private static final Duration ROOM = Duration.ofSeconds(10);

  private Pods() {}

  /** Makes a pod, if need be a moment later. */
  static void create(KubernetesClient client, String namespace, Pod pod, String action) {
    repeat(() -> client.pods().inNamespace(namespace).resource(pod).create(), action);
  }

  /** Asks again while the API server refuses what it will allow in a moment. */
  static <T> T repeat(Supplier<T> call, String action) {
    long deadline = System.nanoTime() + CONTROLLERS.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (KubernetesClientException e) {
        if (!KubernetesFailures.passes(e)) {
          throw KubernetesFailures.of(action, e);
        }
        if (System.nanoTime() > deadline) {
          throw new ZansocException(
              ErrorCode.UNREACHABLE,
              action + ": the cluster does not allow it yet: " + KubernetesFailures.message(e),
              e);
        }
      }
      pause(POLL, action);
    }
  }

  /** Waits until a pod is gone, at most so long. */
  static void awaitGone(
      KubernetesClient client, String namespace, String name, Duration patience, String action) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline
        && client.pods().inNamespace(namespace).withName(name).get() != null) {
      pause(POLL, action);
    }
  }

  /**
   * Looks again and again until a pod is as wanted.
   *
   * @throws ZansocException TIMED_OUT after {@code patience}, NO_SPACE where no node has room for
   *     it, NOT_FOUND where it is gone
   */
  static Pod await(
      KubernetesClient client,
      String namespace,
      String name,
      Duration patience,
      Predicate<Pod> wanted,
      String action) {
    long begin = System.nanoTime();
    Duration poll = POLL;
    while (true) {
      Pod seen = client.pods().inNamespace(namespace).withName(name).get();
      if (seen == null) {
        throw new ZansocException(ErrorCode.NOT_FOUND, action + ": its pod is gone");
      }
      if (wanted.test(seen)) {
        return seen;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - begin);
      if (waited.compareTo(ROOM) > 0) {
        requireRoom(seen, action);
      }
      if (waited.compareTo(patience) > 0) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT,
            "%s: not within %d s; its pod is %s: %s"
                .formatted(
                    action,
                    patience.toSeconds(),
                    seen.getStatus().getPhase(),
                    PodState.container(seen).map(String::valueOf).orElse("no container yet")));
      }
      pause(poll, action);
      poll = poll.multipliedBy(2).compareTo(SLOWEST_POLL) < 0 ? poll.multipliedBy(2) : SLOWEST_POLL;
    }
  }

  private static void requireRoom(Pod pod, String action) {
    pod.getStatus().getConditions().stream()
        .filter(x -> "PodScheduled".equals(x.getType()) && "Unschedulable".equals(x.getReason()))
        .findFirst()
        .ifPresent(condition -> {
          throw new ZansocException(
              ErrorCode.NO_SPACE, action + ": no node has room: " + condition.getMessage());
        });
  }

  private static void pause(Duration time, String action) {
    LockSupport.parkNanos(time.toNanos());
    if (Thread.interrupted()) {
      throw new ZansocException(ErrorCode.UNREACHABLE, action + " was interrupted");
    }
  }
}
