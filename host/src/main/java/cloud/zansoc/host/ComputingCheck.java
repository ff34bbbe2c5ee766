package cloud.zansoc.host;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.EngineInventory;
import java.net.URI;
import java.util.List;

/** Finds out whether a machine can run instances of others, before it offers that. */
@FunctionalInterface
public interface ComputingCheck {
  /**
   * Looks at an engine, and at what keeps its instances away from the machine.
   *
   * @param owner the host
   * @param engine as in {@link HostConfiguration.Compute}
   */
  Findings check(PeerId owner, URI engine);

  /** What was found. */
  sealed interface Findings {
    /**
     * Instances can run here.
     *
     * @param missing what they cannot have, and why, for people
     */
    record Possible(EngineInventory engine, List<String> missing) implements Findings {
      public Possible {
        missing = List.copyOf(missing);
      }
    }

    /**
     * They cannot.
     *
     * @param why and what to do, for people
     */
    record Impossible(String why) implements Findings {}
  }
}
