package cloud.zansoc.hub.ssh;

import java.util.List;

/** Whose cryptography MINA uses. */
public final class SecurityProviders {
  private SecurityProviders() {}

  /**
   * To be called before MINA is used. It needs Bouncy Castle for Ed25519, but would take its AES
   * too, which uses no instructions of the processor.
   */
  public static void prepare() {
    for (String entity : List.of("Cipher", "Mac", "MessageDigest")) {
      System.setProperty("org.apache.sshd.security.provider.BC." + entity, "none");
    }
  }
}
