package cloud.zansoc.compute.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.net.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of {@link Kept}: docs/format/instance-order.md. */
final class KeptFile {
  private static final String HEADING = "zansoc-instance ";
  private static final int VERSION = 1;

  private KeptFile() {}

  /** Exactly one is there. */
  private record Document(Optional<Kept.Ordered> ordered, Optional<InstanceStatus> removed) {}

  static byte[] encode(Kept kept) {
    Document document =
        switch (kept) {
          case Kept.Ordered ordered -> new Document(Optional.of(ordered), Optional.empty());
          case Kept.Removed removed -> new Document(Optional.empty(), Optional.of(removed.last()));
          case Kept.Damaged damaged -> throw new IllegalArgumentException(damaged.reason());
        };
    byte[] json = Json.write(document);
    byte[] heading = heading(json);
    byte[] bytes = Arrays.copyOf(heading, heading.length + json.length + 1);
    System.arraycopy(json, 0, bytes, heading.length, json.length);
    bytes[bytes.length - 1] = '\n';
    return bytes;
  }

  /** What was encoded; what cannot be read is {@link Kept.Damaged}. */
  static Kept decode(InstanceId id, byte[] bytes) {
    try {
      return decode(bytes);
    } catch (ZansocException e) {
      return new Kept.Damaged(id, String.valueOf(e.getMessage()));
    }
  }

  private static Kept decode(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String first = new String(bytes, 0, end, StandardCharsets.UTF_8);
    if (!first.startsWith(HEADING + VERSION + " ")) {
      throw new ZansocException(
          first.startsWith(HEADING) ? ErrorCode.UNSUPPORTED : ErrorCode.DAMAGED,
          "its order is not of version %d: it begins with '%s'"
              .formatted(VERSION, first.substring(0, Math.min(first.length(), 40))));
    }
    boolean whole = end + 1 < bytes.length && bytes[bytes.length - 1] == '\n';
    byte[] json = whole ? Arrays.copyOfRange(bytes, end + 1, bytes.length - 1) : new byte[0];
    if (!whole || !Arrays.equals(heading(json), Arrays.copyOf(bytes, end + 1))) {
      throw new ZansocException(ErrorCode.DAMAGED, "its order has been changed on the disk");
    }
    Document document = Json.read(json, Document.class);
    return document
        .ordered()
        .<Kept>map(ordered -> ordered)
        .or(() -> document.removed().map(Kept.Removed::new))
        .orElseThrow(() -> new ZansocException(ErrorCode.DAMAGED, "its order is empty"));
  }

  private static byte[] heading(byte[] json) {
    return (HEADING + VERSION + " " + Digest.sha256(json).shortText() + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
