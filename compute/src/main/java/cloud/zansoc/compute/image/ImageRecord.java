package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is stored of an image under its name: its OCI manifest as it is, and what opens the blobs
 * that it names. docs/format/image-reference.md.
 *
 * @param version of this format
 * @param blobs by their digests as OCI writes them
 */
public record ImageRecord(int version, String manifest, Map<String, ImageAccess> blobs) {
  /** The longest record, in bytes. */
  public static final int MOST_BYTES = 1 << 20;

  private static final int VERSION = 1;

  public ImageRecord {
    blobs = Map.copyOf(blobs);
  }

  /** A record of this version. */
  public ImageRecord(byte[] manifest, Map<Digest, ImageAccess> blobs) {
    this(VERSION, new String(manifest, StandardCharsets.UTF_8), texts(blobs));
  }

  private static Map<String, ImageAccess> texts(Map<Digest, ImageAccess> blobs) {
    Map<String, ImageAccess> texts = new TreeMap<>();
    blobs.forEach((digest, access) -> texts.put(OciDigest.text(digest), access));
    return texts;
  }

  /** Its bytes. */
  public byte[] encode() {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("version", version);
    fields.put("manifest", manifest);
    fields.put("blobs", new TreeMap<>(blobs));
    return Json.write(fields);
  }

  /**
   * Reads a record.
   *
   * @throws ZansocException UNSUPPORTED for one of a newer version, INVALID_ARGUMENT
   */
  public static ImageRecord decode(byte[] bytes) {
    ImageRecord record = Json.read(bytes, ImageRecord.class);
    if (record.version != VERSION) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "the image's record is of version %d, which this program does not know: use a newer zansoc"
              .formatted(record.version));
    }
    return record;
  }

  /** The manifest's digest, which is the image's. */
  public Digest digest() {
    return Digest.sha256(manifest.getBytes(StandardCharsets.UTF_8));
  }

  /** What it says. */
  public OciManifest oci() {
    return OciManifest.parse(manifest.getBytes(StandardCharsets.UTF_8));
  }

  /** What opens a blob; DAMAGED where it is not said. */
  public ImageAccess access(Digest blob) {
    return Optional.ofNullable(blobs.get(OciDigest.text(blob)))
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.DAMAGED,
                "the image's record does not say what opens its blob %s: push it again"
                    .formatted(OciDigest.text(blob))));
  }
}
