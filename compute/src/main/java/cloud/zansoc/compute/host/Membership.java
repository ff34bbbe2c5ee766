package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.engine.EngineInstance;
import java.util.Optional;

/** One instance's membership in a private network, as far as it is known. Not thread-safe. */
final class Membership {
  private final InstanceId id;
  private final Optional<NetworkKeeper> networks;
  private Optional<Joined> joined = Optional.empty();

  /** An agent before this one may have made it a member. */
  private boolean mayBeMember = true;

  /** As which process it is in which place. */
  private record Joined(long process, PrivateNetwork place) {}

  Membership(InstanceId id, Optional<NetworkKeeper> networks) {
    this.id = id;
    this.networks = networks;
  }

  /** Has a running instance in its place, or in none. */
  void follow(Optional<PrivateNetwork> place, EngineInstance seen) {
    if (place.isEmpty()) {
      leave();
      return;
    }
    long process =
        seen.process()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.UNSUPPORTED,
                    "instances of this host's engine cannot be in private networks"));
    Optional<Joined> wanted = Optional.of(new Joined(process, place.get()));
    if (!joined.equals(wanted)) {
      mayBeMember = true;
      networks.orElseThrow().join(id, process, place.get());
      joined = wanted;
    }
  }

  void leave() {
    if (mayBeMember) {
      networks.ifPresent(keeper -> keeper.leave(id));
      mayBeMember = false;
      joined = Optional.empty();
    }
  }
}
