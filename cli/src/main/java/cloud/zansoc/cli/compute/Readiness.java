package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Waits until a deployment is ready, and says what happens to each instance meanwhile. */
final class Readiness {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final ComputeHub hub;
  private final Output output;
  private final Map<String, String> said = new HashMap<>();

  /** Why instances wait: told once, since all of a service wait for the same. */
  private final Set<String> reasons = new HashSet<>();

  Readiness(ComputeHub hub, Output output) {
    this.hub = hub;
    this.output = output;
  }

  /**
   * Waits.
   *
   * @return the deployment, all of whose instances are ready, or have done what they were for
   * @throws ZansocException CONFLICT where it has failed or is being removed, TIMED_OUT
   */
  DeploymentView await(String name, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Set<InstanceId> overBefore = over(hub.deployment(name));
    while (true) {
      DeploymentView view = hub.deployment(name);
      view.instances().forEach(this::tell);
      refuseOver(view, overBefore);
      if (isReady(view)) {
        return view;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT,
            "%s is not ready after %s%s: the hub goes on; 'zansoc deployment show %s' says how far it is"
                .formatted(
                    name, Durations.text(patience), InstanceTexts.reason(view.reason()), name));
      }
      Thread.sleep(INTERVAL);
    }
  }

  static boolean isReady(DeploymentView view) {
    return view.services().stream()
        .allMatch(service -> settled(view, service) >= service.replicas());
  }

  private static long settled(DeploymentView view, DeploymentView.Service service) {
    return view.instances().stream()
        .filter(each -> each.service().equals(service.name()))
        .filter(each -> each.isReady() || isOver(each))
        .count();
  }

  /** Nothing starts it again by itself. */
  private static boolean isOver(InstanceView instance) {
    return switch (instance.state()) {
      case EXITED, STOPPED -> true;
      case WAITING,
          LEASING,
          ORDERED,
          PREPARING,
          STARTING,
          RUNNING,
          RESTARTING,
          FAILED,
          SILENT,
          REMOVING ->
          false;
    };
  }

  private static Set<InstanceId> over(DeploymentView view) {
    return view.instances().stream()
        .filter(Readiness::isOver)
        .map(InstanceView::id)
        .collect(Collectors.toSet());
  }

  private static void refuseOver(DeploymentView view, Set<InstanceId> before) {
    view.instances().stream()
        .filter(each -> isOver(each) && !before.contains(each.id()))
        .filter(each ->
            each.status().flatMap(InstanceStatus::exitCode).filter(code -> code != 0).isPresent())
        .findFirst()
        .ifPresent(each -> {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "the command of %s.%s has ended with exit code %d: 'zansoc instance logs %s.%s' shows what it printed"
                  .formatted(
                      each.name(),
                      view.name(),
                      each.status().flatMap(InstanceStatus::exitCode).orElseThrow(),
                      each.name(),
                      view.name()));
        });
    switch (view.state()) {
      case FAILED, REMOVING ->
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "%s is %s%s; 'zansoc deployment show %s' says more"
                  .formatted(
                      view.name(),
                      InstanceTexts.lower(view.state()),
                      InstanceTexts.reason(view.reason()),
                      view.name()));
      case DEPLOYING, RUNNING, DEGRADED, STOPPED -> {}
    }
  }

  private void tell(InstanceView instance) {
    String text =
        "%-16s %s%s%s"
            .formatted(
                instance.name(),
                instance.isReady() ? "ready" : InstanceTexts.state(instance),
                instance.place().map(place -> " on " + place.hostName()).orElse(""),
                InstanceTexts.reason(instance.reason()));
    boolean known =
        instance.state() == InstanceView.State.WAITING
            && !instance.reason().isEmpty()
            && !reasons.add(instance.reason());
    if (!text.equals(said.put(instance.name(), text)) && !known && !output.isJson()) {
      output.note(text);
    }
  }
}
