package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInstance.State;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a pod says of its instance. */
final class PodState {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private PodState() {}

  /**
   * An instance.
   *
   * @param pod none: it was never started, or its pod is gone
   */
  static EngineInstance of(InstanceId id, PodTemplate template, Optional<Pod> pod, Instant now) {
    Optional<Instant> asked = annotation(template, Labels.STARTED).map(Instant::parse);
    if (pod.isEmpty()) {
      Optional<Integer> code = annotation(template, Labels.EXIT_CODE).map(Integer::valueOf);
      State state = asked.isEmpty() ? State.CREATED : State.EXITED;
      return new EngineInstance(id, state, Optional.empty(), code, false, asked);
    }
    Optional<ContainerStateTerminated> end =
        container(pod.get()).map(ContainerState::getTerminated);
    State state = state(pod.get(), now);
    return new EngineInstance(
        id,
        state,
        Optional.empty(),
        end.map(ContainerStateTerminated::getExitCode),
        end.filter(x -> "OOMKilled".equals(x.getReason())).isPresent(),
        state == State.CREATED
            ? Optional.empty()
            : later(annotation(pod.get(), Labels.STARTED).map(Instant::parse), begun(pod.get())));
  }

  static State state(Pod pod, Instant now) {
    Optional<ContainerState> container = container(pod);
    if (isOver(pod, now) || container.map(ContainerState::getTerminated).isPresent()) {
      return State.EXITED;
    }
    return container.map(ContainerState::getRunning).isPresent() ? State.RUNNING : State.CREATED;
  }

  /** Ended; or its end was ordered, and its node has not said in time that it came. */
  private static boolean isOver(Pod pod, Instant now) {
    String ordered = pod.getMetadata().getDeletionTimestamp();
    return ENDED.contains(String.valueOf(pod.getStatus().getPhase()))
        || (ordered != null && parse(ordered).plus(PodSettings.GRACE).isBefore(now));
  }

  static Optional<ContainerState> container(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .findFirst()
        .map(status -> status.getState());
  }

  /** Of the container: to the second. */
  private static Optional<Instant> begun(Pod pod) {
    Optional<ContainerState> container = container(pod);
    return container
        .map(ContainerState::getRunning)
        .map(running -> running.getStartedAt())
        .or(() -> container.map(ContainerState::getTerminated).map(end -> end.getStartedAt()))
        .map(PodState::parse);
  }

  /**
   * The cluster says when a container began to the second only, we say when it was asked for; the
   * later one tells two starts apart, and leaves out what fetching the image took.
   */
  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.filter(x -> other.filter(x::isBefore).isEmpty()).or(() -> other);
  }

  static Optional<String> annotation(HasMetadata resource, String name) {
    @Nullable String value =
        resource.getMetadata().getAnnotations() == null
            ? null
            : resource.getMetadata().getAnnotations().get(name);
    return Optional.ofNullable(value);
  }

  private static Instant parse(String time) {
    return OffsetDateTime.parse(time).toInstant();
  }
}
