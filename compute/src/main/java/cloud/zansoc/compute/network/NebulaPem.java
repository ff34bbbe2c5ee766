package cloud.zansoc.compute.network;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The text form of Nebula's certificates and keys. */
final class NebulaPem {
  static final String CERTIFICATE = "NEBULA CERTIFICATE";
  static final String MEMBER_KEY = "NEBULA X25519 PRIVATE KEY";
  static final String AUTHORITY_KEY = "NEBULA ED25519 PRIVATE KEY";

  private static final int LINE = 64;
  private static final Base64.Encoder BASE64 =
      Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));

  private NebulaPem() {}

  static String encode(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, BASE64.encodeToString(content), type);
  }

  /**
   * The content of the one section of a type.
   *
   * @throws IllegalArgumentException where there is none, or it is damaged
   */
  static byte[] decode(String type, String text) {
    String begin = "-----BEGIN " + type + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + type + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("there is no " + type + " in it");
    }
    return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
  }
}
