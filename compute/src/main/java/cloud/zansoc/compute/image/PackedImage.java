package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image in parts as they are stored.
 *
 * @param name what the archive calls it, if it does
 * @param manifest the OCI manifest
 * @param blobs configuration and layers, each once, in files
 */
public record PackedImage(Optional<String> name, byte[] manifest, List<Part> blobs) {
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
