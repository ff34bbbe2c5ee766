package cloud.zansoc.hub;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.hub.registry.RegistryStore;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.node.Orders;
import java.nio.ByteBuffer;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the receipts that hosts keep of what they served, and keeps those that are genuine. */
final class Receipts {
  private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int ENCODED_BYTES = Receipt.BYTES + Ed25519.SIGNATURE_BYTES;

  private final RegistryStore store;
  private final Hosts hosts;

  Receipts(RegistryStore store, Hosts hosts) {
    this.store = store;
    this.hosts = hosts;
  }

  /** Fetches until the host has no more; throws what the link throws. */
  void collect(HostLink link) {
    Optional<HostRecord> host = hosts.record(link.host());
    if (host.isEmpty()) {
      return;
    }
    PublicKey key = Ed25519.publicKey(host.get().registration().publicKey());
    while (true) {
      long kept = store.receipts(link.host());
      byte[] order = ByteBuffer.allocate(Long.BYTES).putLong(kept).array();
      List<byte[]> fresh = split(link.order(Orders.RECEIPTS, order, TIMEOUT));
      if (fresh.isEmpty()) {
        return;
      }
      if (!fresh.stream().allMatch(receipt -> isGenuine(receipt, host.get(), key))) {
        LOG.warn(
            "host {} gave a receipt that it did not sign; none after number {} is kept",
            link.host().shortText(),
            kept);
        return;
      }
      store.keepReceipts(link.host(), kept, fresh);
    }
  }

  private static List<byte[]> split(byte[] answer) {
    List<byte[]> receipts = new ArrayList<>();
    for (int at = 0; at < answer.length; at += ENCODED_BYTES) {
      receipts.add(Arrays.copyOfRange(answer, at, Math.min(answer.length, at + ENCODED_BYTES)));
    }
    return receipts;
  }

  private static boolean isGenuine(byte[] encoded, HostRecord host, PublicKey key) {
    try {
      Receipt.Signed receipt = Receipt.Signed.decode(encoded);
      return receipt.receipt().host().equals(host.id()) && receipt.isSignedBy(key);
    } catch (ZansocException e) {
      return false;
    }
  }
}
