package cloud.zansoc.storage.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.codec.format.SegmentIndex;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A segment with the positions that are proved to be durable, each by its host's signed receipt for
 * exactly the blocks that the index puts there.
 */
public record ProvenSegment(ShardId shard, SegmentIndex index, Map<Integer, PeerId> hosts) {
  public ProvenSegment {
    hosts = Map.copyOf(hosts);
  }

  /**
   * Checks receipts.
   *
   * @param promised the host of each position that may have one
   * @param receipts encoded; two for one position count once
   * @throws ZansocException INVALID_ARGUMENT for a receipt that does not prove a promised position
   */
  public static ProvenSegment check(
      ShardId shard,
      SegmentIndex index,
      Map<Integer, PeerId> promised,
      List<byte[]> receipts,
      HostDirectory directory) {
    Map<Integer, PeerId> proved = new TreeMap<>();
    for (byte[] encoded : receipts) {
      Receipt.Signed signed = Receipt.Signed.decode(encoded);
      int position = positionOf(signed.receipt().host(), promised);
      checkOne(shard, index, position, signed, directory);
      proved.put(position, signed.receipt().host());
    }
    return new ProvenSegment(shard, index, proved);
  }

  private static int positionOf(PeerId host, Map<Integer, PeerId> promised) {
    for (Map.Entry<Integer, PeerId> entry : promised.entrySet()) {
      if (entry.getValue().equals(host)) {
        return entry.getKey();
      }
    }
    throw refused(host, "the segment was not promised to that host");
  }

  private static void checkOne(
      ShardId shard,
      SegmentIndex index,
      int position,
      Receipt.Signed signed,
      HostDirectory directory) {
    Receipt receipt = signed.receipt();
    StorageHost host =
        directory
            .host(receipt.host())
            .orElseThrow(() -> refused(receipt.host(), "no such host is enrolled"));
    byte[] key = host.publicKey();
    if (!PeerId.ofPublicKey(key).equals(receipt.host())
        || !Ed25519.verify(Ed25519.publicKey(key), receipt.encode(), signed.signature())) {
      throw refused(receipt.host(), "the signature is not the host's");
    }
    if (!receipt.shard().equals(shard)) {
      throw refused(receipt.host(), "it is for shard " + receipt.shard());
    }
    if (receipt.action() != Permit.Action.PUT) {
      throw refused(receipt.host(), "it is for reading");
    }
    checkBlocks(index, position, receipt);
  }

  private static void checkBlocks(SegmentIndex index, int position, Receipt receipt) {
    Set<Digest> column = new HashSet<>();
    long bytes = 0;
    for (int stripe = 0; stripe < index.stripes(); stripe++) {
      Digest digest = index.digest(stripe, position);
      if (column.add(digest)) {
        bytes += index.blockBytes(stripe);
      }
    }
    Digest expected = Receipt.digestOf(List.copyOf(column));
    if (receipt.blocks() != column.size()
        || receipt.bytes() != bytes
        || !receipt.blocksDigest().equals(expected)) {
      throw refused(
          receipt.host(),
          "it proves %d blocks of %d bytes (%s), and position %d has %d blocks of %d bytes (%s)"
              .formatted(
                  receipt.blocks(),
                  receipt.bytes(),
                  receipt.blocksDigest().shortText(),
                  position,
                  column.size(),
                  bytes,
                  expected.shortText()));
    }
  }

  private static ZansocException refused(PeerId host, String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "the receipt of host %s is refused: %s".formatted(host.shortText(), why));
  }
}
