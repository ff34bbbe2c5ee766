package cloud.zansoc.storage.client;

import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.api.Slot;
import java.util.function.Supplier;

/** How slots become requests to hosts, and what is known of the hosts' speed. Thread-safe. */
final class HostNetwork {
  private final BlockDialer dialer;
  private final Supplier<BlockDialer.Relay> relay;
  private final HostSpeeds speeds = new HostSpeeds();

  HostNetwork(BlockDialer dialer, Supplier<BlockDialer.Relay> relay) {
    this.dialer = dialer;
    this.relay = relay;
  }

  /** The position's host, under the slot's permit; connects when first used. */
  HostAccess access(Slot slot) {
    return new HostAccess(dialer, relay.get(), slot);
  }

  HostSpeeds speeds() {
    return speeds;
  }
}
