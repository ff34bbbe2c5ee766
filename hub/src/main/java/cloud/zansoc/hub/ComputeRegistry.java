package cloud.zansoc.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.hub.ComputeHost;
import cloud.zansoc.compute.hub.HostWatch;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.storage.hub.StorageHost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The registered hosts, as far as they lend for computing. */
record ComputeRegistry(Hosts registered) implements HostWatch.Registry {
  @Override
  public List<ComputeHost> hosts() {
    return registered.records().stream().flatMap(host -> lending(host).stream()).toList();
  }

  @Override
  public Optional<ComputeHost> host(PeerId id) {
    return registered
        .record(id)
        .filter(host -> host.wish() != HostRecord.Wish.LEFT)
        .flatMap(this::lending);
  }

  private Optional<ComputeHost> lending(HostRecord host) {
    return host.status().flatMap(HostStatus::compute).map(offer -> lending(host, offer));
  }

  private ComputeHost lending(HostRecord host, ComputeOffer offer) {
    return new ComputeHost(
        host.id(),
        host.name(),
        registered.state(host),
        StorageHost.networkOf(host.externalIp(), host.registration().labels()),
        host.registration().labels(),
        offer,
        offer.all(),
        1);
  }

  @Override
  public HostWatch.Wish wish(PeerId host) {
    return registered
        .record(host)
        .map(record ->
            switch (record.wish()) {
              case ACTIVE, PAUSED -> HostWatch.Wish.STAY;
              case CLEARED, DRAINING -> HostWatch.Wish.CLEAR;
              case LEFT -> HostWatch.Wish.LEFT;
            })
        .orElse(HostWatch.Wish.LEFT);
  }

  @Override
  public Optional<Instant> reclaimed(PeerId host) {
    return registered.record(host).flatMap(HostRecord::reclaimed);
  }

  @Override
  public String name(PeerId host) {
    return registered.record(host).map(HostRecord::name).orElseGet(host::shortText);
  }
}
