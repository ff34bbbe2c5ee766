package cloud.zansoc.compute.hub;

/** Seals the keys of volumes, so that the database alone does not open them. Thread-safe. */
public interface VolumeKeys {
  /** A new key of 32 bytes, sealed for the volume with this id. */
  byte[] create(String volume);

  /** A sealed key of a volume, opened; DAMAGED where it is another's. */
  byte[] open(String volume, byte[] sealed);
}
