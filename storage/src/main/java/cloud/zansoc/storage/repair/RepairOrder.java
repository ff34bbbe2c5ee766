package cloud.zansoc.storage.repair;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A hub's order to restore positions of one segment. docs/format/repair.md gives the bytes.
 *
 * @param index what the blocks must be
 * @param relay where hosts are reached that cannot be dialled
 * @param sources where blocks can be read, the best first; also of positions that move to a target
 * @param targets where missing positions go
 */
public record RepairOrder(
    ShardId shard,
    SegmentIndex index,
    BlockDialer.Relay relay,
    List<Place> sources,
    List<Place> targets) {
  private static final int MAGIC = 0x5a524f31; // "ZRO1"

  public RepairOrder {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /**
   * One position on one host.
   *
   * @param permit for whoever carries the order out: GET at a source, PUT at a target
   */
  public record Place(
      int position, PeerId host, Optional<HostAddress> direct, Permit.Signed permit) {}

  /** The bytes of the order. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeLong(shard.high());
      out.writeLong(shard.low());
      out.write(relay.hub().digest().toBytes());
      out.writeUTF(relay.address().toString());
      byte[] encoded = index.encode();
      out.writeInt(encoded.length);
      out.write(encoded);
      write(out, sources);
      write(out, targets);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, List<Place> places) throws IOException {
    out.writeShort(places.size());
    for (Place place : places) {
      out.writeShort(place.position);
      out.write(place.host.digest().toBytes());
      out.writeUTF(place.direct.map(HostAddress::toString).orElse(""));
      byte[] permit = place.permit.encode();
      out.writeShort(permit.length);
      out.write(permit);
    }
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ZansocException INVALID_ARGUMENT where the bytes are no order of a version known here
   */
  public static RepairOrder decode(byte[] encoded) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
      if (in.readInt() != MAGIC) {
        throw refused("it is not of version 1", null);
      }
      ShardId shard = new ShardId(in.readLong(), in.readLong());
      PeerId hub = peer(in);
      BlockDialer.Relay relay = new BlockDialer.Relay(hub, HostAddress.parse(in.readUTF()));
      SegmentIndex index = SegmentIndex.decode(exactly(in, in.readInt()));
      List<Place> sources = readPlaces(in, index.n());
      List<Place> targets = readPlaces(in, index.n());
      if (in.read() >= 0) {
        throw refused("bytes follow its end", null);
      }
      return new RepairOrder(shard, index, relay, sources, targets);
    } catch (IOException | IllegalArgumentException e) {
      throw refused("it is cut short or damaged", e);
    }
  }

  private static List<Place> readPlaces(DataInputStream in, int n) throws IOException {
    int count = in.readUnsignedShort();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int position = in.readUnsignedShort();
      if (position >= n) {
        throw refused("position %d of %d".formatted(position, n), null);
      }
      PeerId host = peer(in);
      String direct = in.readUTF();
      Optional<HostAddress> address =
          direct.isEmpty() ? Optional.empty() : Optional.of(HostAddress.parse(direct));
      Permit.Signed permit = Permit.Signed.decode(exactly(in, in.readUnsignedShort()));
      places.add(new Place(position, host, address, permit));
    }
    return places;
  }

  private static PeerId peer(DataInputStream in) throws IOException {
    return new PeerId(Digest.of(exactly(in, PeerId.BYTES)));
  }

  private static byte[] exactly(DataInputStream in, int length) throws IOException {
    if (length < 0 || length > in.available()) {
      throw refused("a part of %d bytes in %d".formatted(length, in.available()), null);
    }
    return in.readNBytes(length);
  }

  private static ZansocException refused(String why, @Nullable Throwable cause) {
    String message = "the repair order is refused: " + why;
    return cause == null
        ? new ZansocException(ErrorCode.INVALID_ARGUMENT, message)
        : new ZansocException(ErrorCode.INVALID_ARGUMENT, message, cause);
  }
}
