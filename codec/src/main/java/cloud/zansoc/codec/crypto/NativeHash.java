package cloud.zansoc.codec.crypto;

import cloud.zansoc.base.Digest;
import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;

/**
 * SHA-256 in native code, which has its full speed from the first block on: the JDK's has it only
 * once C2 has compiled the code around it. For programs that hash much and live shortly, or that do
 * without C2.
 */
public final class NativeHash {
  private NativeHash() {}

  /**
   * Lets the process hash natively; takes a fifth of a second of one processor. Where the system
   * has no such library, the JDK's hash stays.
   */
  public static void load() {
    AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
    if (provider.getLoadingError() == null) {
      Digest.hashWith(provider);
    }
  }
}
