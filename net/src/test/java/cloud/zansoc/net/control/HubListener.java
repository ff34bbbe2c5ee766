package cloud.zansoc.net.control;

import cloud.zansoc.base.PeerId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub that admits whom a test lets it, and remembers what it was told. */
final class HubListener implements HostLinkListener {
  final List<HostLink> connected = new CopyOnWriteArrayList<>();
  final List<HostLink> disconnected = new CopyOnWriteArrayList<>();
  volatile boolean admitting = true;
  volatile boolean relaying = true;

  @Override
  public boolean admits(PeerId host) {
    return admitting;
  }

  @Override
  public boolean mayRelay(PeerId client, PeerId host) {
    return relaying;
  }

  @Override
  public void connected(HostLink link) {
    connected.add(link);
  }

  @Override
  public void disconnected(HostLink link) {
    disconnected.add(link);
  }
}
