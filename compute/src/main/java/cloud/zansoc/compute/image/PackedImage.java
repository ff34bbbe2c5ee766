package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import java.nio.file.Path;
import java.util.List;

/**
 * An image in parts as they are stored.
 *
 * @param manifest the OCI manifest
 * @param blobs configuration and layers, each once, in files
 */
public record PackedImage(byte[] manifest, List<Part> blobs) {
  public PackedImage {
    manifest = manifest.clone();
    blobs = List.copyOf(blobs);
  }

  /** A blob in a file, which is named by its digest. */
  public record Part(Digest digest, Path file, long bytes) {}

  @Override
  public byte[] manifest() {
    return manifest.clone();
  }

  /** The image's digest. */
  public Digest digest() {
    return Digest.sha256(manifest);
  }

  /** What its blobs take. */
  public long bytes() {
    return blobs.stream().mapToLong(Part::bytes).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PackedImage its && digest().equals(its.digest());
  }

  @Override
  public int hashCode() {
    return digest().hashCode();
  }
}
