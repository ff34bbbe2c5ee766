package cloud.zansoc.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.compute.hub.VolumeKeys;
import cloud.zansoc.net.identity.Identity;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Seals the keys of volumes under the hub's identity, with the volume's id as context. Whoever has
 * the database but not the identity cannot read volumes.
 */
final class HubVolumeKeys implements VolumeKeys {
  private final IdentitySealing sealing;
  private final RandomGenerator random;

  /**
   * @param random where keys and nonces come from; outside of tests a SecureRandom
   */
  HubVolumeKeys(Identity identity, RandomGenerator random) {
    this.sealing = new IdentitySealing(identity, "volume-keys", random);
    this.random = random;
  }

  @Override
  public byte[] create(String volume) {
    return sealing.seal(context(volume), Key256.random(random).toBytes());
  }

  @Override
  public byte[] open(String volume, byte[] sealed) {
    try {
      return sealing.open(context(volume), sealed);
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the key of volume %s cannot be opened: it was sealed by a hub with another identity"
              .formatted(volume),
          e);
    }
  }

  private static byte[] context(String volume) {
    return volume.getBytes(StandardCharsets.UTF_8);
  }
}
