package cloud.zansoc.compute.hub;

import cloud.zansoc.compute.api.ServiceSpec.Spread;

/** Where the replicas of one service are. Not thread-safe. */
final class Replicas {
  private final HostIndex index;
  private final int[] onHost;
  private final int[] inNetwork;
  private final int[] inRegion;

  Replicas(HostIndex index) {
    this.index = index;
    this.onHost = new int[index.bound()];
    this.inNetwork = new int[index.networkBound()];
    this.inRegion = new int[index.regionBound()];
  }

  /** Counts one on a host. */
  void add(int slot) {
    onHost[slot]++;
    inNetwork[index.network[slot]]++;
    inRegion[index.region[slot]]++;
  }

  /** Whether one more on a host would share nothing that it must not share. */
  boolean allow(int slot, Spread spread) {
    return switch (spread) {
      case NONE -> true;
      case HOSTS -> onHost[slot] == 0;
      case NETWORKS -> inNetwork[index.network[slot]] == 0;
      case REGIONS -> inRegion[index.region[slot]] == 0;
    };
  }

  /** Below 0 where the first host has fewer in its fault domains, the narrowest first. */
  int compare(int slot, int other) {
    int order = Integer.compare(onHost[slot], onHost[other]);
    order =
        order != 0
            ? order
            : Integer.compare(inNetwork[index.network[slot]], inNetwork[index.network[other]]);
    return order != 0
        ? order
        : Integer.compare(inRegion[index.region[slot]], inRegion[index.region[other]]);
  }
}
