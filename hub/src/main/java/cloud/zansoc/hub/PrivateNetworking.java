package cloud.zansoc.hub;

import cloud.zansoc.compute.hub.NebulaNetworks;
import cloud.zansoc.compute.hub.NetworkStore;
import cloud.zansoc.compute.hub.PrivateNetworks;
import cloud.zansoc.compute.network.NebulaAuthority;
import java.security.SecureRandom;
import java.time.Clock;

/** A hub's private networks: who is in them, their authority, and the lighthouse. */
final class PrivateNetworking implements AutoCloseable {
  /** The folder for all of it, in the hub's data folder. */
  static final String FOLDER = "network";

  private final NetworkStore store;
  private final Clock clock;
  private final Lighthouse lighthouse;
  private final PrivateNetworks networks;

  /** Puts them together; {@link #look} starts the lighthouse. */
  PrivateNetworking(
      Lighthouse.Site site, NetworkSettings settings, NetworkStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    NebulaAuthority authority = NebulaAuthority.loadOrCreate(site.folder(), clock.instant());
    this.lighthouse = new Lighthouse(site, authority, settings, clock.instant());
    this.networks =
        new NebulaNetworks(store, authority, lighthouse.lighthouses(), new SecureRandom(), clock);
  }

  /** The networks themselves. */
  PrivateNetworks networks() {
    return networks;
  }

  /** Sees to it that the lighthouse runs, and refuses what the members refuse. */
  void look() {
    lighthouse.look(store.blocked(clock.instant()));
  }

  /** Frees what nobody can use any more. */
  void forget() {
    store.forget(clock.instant());
  }

  @Override
  public void close() {
    lighthouse.close();
  }
}
