package cloud.zansoc.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.SnapshotOrder;
import cloud.zansoc.compute.hub.VolumeHosts;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.Orders;
import cloud.zansoc.storage.hub.OrderSender;
import java.time.Duration;

/** The hosts of volumes, over their control connections. */
public record HubVolumeHosts(Hosts hosts, OrderSender orders) implements VolumeHosts {
  /** As long as a first snapshot of some gigabytes takes over a slow line. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Override
  public String name(PeerId host) {
    return hosts.record(host).map(HostRecord::name).orElseGet(host::shortText);
  }

  @Override
  public void snapshot(PeerId host, String volume, boolean keep) {
    byte[] answer =
        orders.order(
            host, Orders.VOLUME_SNAPSHOT, Json.write(new SnapshotOrder(volume, keep)), PATIENCE);
    assert answer.length == 0;
  }
}
