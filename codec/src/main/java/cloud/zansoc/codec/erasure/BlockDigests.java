package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** The SHA-256 of many blocks of one size, by the JDK's intrinsic. */
final class BlockDigests {
  private BlockDigests() {}

  /** The digests of the {@code count} blocks of {@code blockBytes} that lie in {@code array}. */
  static List<Digest> ofAll(byte[] array, int blockBytes, int count) {
    MessageDigest sha256 = Digest.newSha256();
    List<Digest> digests = new ArrayList<>(count);
    for (int block = 0; block < count; block++) {
      sha256.update(array, block * blockBytes, blockBytes);
      digests.add(Digest.of(sha256.digest()));
    }
    return List.copyOf(digests);
  }

  /** The digest of the {@code length} bytes of {@code array} from {@code offset}. */
  static Digest of(byte[] array, int offset, int length) {
    MessageDigest sha256 = Digest.newSha256();
    sha256.update(array, offset, length);
    return Digest.of(sha256.digest());
  }
}
