package cloud.zansoc.compute.image;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;

/** A layer of an image in a file: a tar archive, compressed by gzip or not. */
public final class LayerFile {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int[] GZIP = {0x1f, 0x8b};

  private LayerFile() {}

  /**
   * Checks that a file is the layer that the manifest names, with the content that the
   * configuration names.
   *
   * @param most what it may have uncompressed, in bytes
   * @return what it has uncompressed, in bytes
   * @throws ZansocException DAMAGED where it is another; NO_SPACE where it has more
   */
  public static long verify(Path file, OciManifest.Blob layer, Digest content, long most)
      throws IOException {
    MessageDigest stored = Digest.newSha256();
    MessageDigest unpacked = Digest.newSha256();
    long length;
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), stored)) {
      try {
        length = drain(uncompressed(in), unpacked, most);
      } catch (IOException e) {
        throw damaged(layer, "it cannot be unpacked (%s)".formatted(e.getMessage()));
      }
      in.transferTo(OutputStream.nullOutputStream());
    }
    if (Files.size(file) != layer.size() || !Digest.of(stored.digest()).equals(layer.digest())) {
      throw damaged(layer, "what is stored under its name has another digest");
    }
    if (!Digest.of(unpacked.digest()).equals(content)) {
      throw damaged(
          layer,
          "it does not unpack to %s, as the configuration says".formatted(OciDigest.text(content)));
    }
    return length;
  }

  private static long drain(InputStream in, MessageDigest digest, long most) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long length = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      length += count;
      if (length > most) {
        throw new ZansocException(
            ErrorCode.NO_SPACE,
            "unpacked the image has more than the %s that this host has for it"
                .formatted(new ByteSize(most)));
      }
      digest.update(buffer, 0, count);
    }
    return length;
  }

  /** What a layer's stream unpacks to; not closed here. */
  static InputStream uncompressed(InputStream layer) throws IOException {
    PushbackInputStream start =
        new PushbackInputStream(new BufferedInputStream(layer, BUFFER_BYTES), GZIP.length);
    byte[] first = start.readNBytes(GZIP.length);
    start.unread(first);
    return isGzip(first) ? new GZIPInputStream(start, BUFFER_BYTES) : start;
  }

  /** Whether a stream that begins so is compressed by gzip. */
  static boolean isGzip(byte[] first) {
    return first.length >= GZIP.length
        && (first[0] & 0xff) == GZIP[0]
        && (first[1] & 0xff) == GZIP[1];
  }

  private static ZansocException damaged(OciManifest.Blob layer, String why) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "layer %s of the image is refused: %s; push the image again"
            .formatted(OciDigest.text(layer.digest()), why));
  }
}
