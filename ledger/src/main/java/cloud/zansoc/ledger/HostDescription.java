package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

/**
 * What a host says about itself in the registry.
 *
 * @param endpoints SHA-256 of the document that says where it is reached
 * @param capacityClass the class of its machine, below 2^16
 */
public record HostDescription(Digest endpoints, int capacityClass) {
  /** Refuses a class that the registry has no room for. */
  public HostDescription {
    if (capacityClass < 0 || capacityClass >= 1 << 16) {
      throw new IllegalArgumentException("a capacity class is 0 to 65535, not " + capacityClass);
    }
  }
}
