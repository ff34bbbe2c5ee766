package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Waits until a deployment is ready, and says what happens to each instance meanwhile. */
final class Readiness {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final ComputeHub hub;
  private final Output output;
  private final Map<String, String> said = new HashMap<>();

  Readiness(ComputeHub hub, Output output) {
    this.hub = hub;
    this.output = output;
  }

  /**
   * Waits.
   *
   * @return the deployment, all of whose instances are ready
   * @throws ZansocException CONFLICT where it has failed or is being removed, TIMED_OUT
   */
  DeploymentView await(String name, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      DeploymentView view = hub.deployment(name);
      view.instances().forEach(this::tell);
      if (isReady(view)) {
        return view;
      }
      refuseOver(view);
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
    return view.state() != DeploymentView.State.DEPLOYING
        && view.services().stream().allMatch(service -> service.ready() >= service.replicas());
  }

  private static void refuseOver(DeploymentView view) {
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
    if (!text.equals(said.put(instance.name(), text)) && !output.isJson()) {
      output.note(text);
    }
  }
}
