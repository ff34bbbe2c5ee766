package cloud.zansoc.hub.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.OpenSshKey;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Lines of public keys, right and wrong. */
final class SshKeyTest {
  private static final String LINE =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA a comment";

  @Test
  void parse_aLine_hasTypeFingerprintAndComment() {
    SshKey key = SshKey.parse("  " + LINE + "\n");
    assertThat(key.type()).isEqualTo("ssh-ed25519");
    assertThat(key.comment()).isEqualTo("a comment");
    assertThat(key.fingerprint()).matches("SHA256:[A-Za-z0-9+/]{43}");
  }

  @Test
  void rawEd25519_ofAnIdentity_isItsKey() {
    Identity identity = Identity.create(new SecureRandom());
    byte[] blob =
        Base64.getDecoder().decode(OpenSshKey.publicLine(identity, "x").split(" ", -1)[1]);
    assertThat(SshKey.rawEd25519(blob)).get().isEqualTo(identity.publicKey());
    assertThat(SshKey.rawEd25519(new byte[] {0, 0, 0, 9, 1})).isEmpty();
  }

  @Test
  void parse_whatIsNoKey_saysWhy() {
    refuses("", "one line");
    refuses("ssh-ed25519", "one line");
    refuses(LINE + "\n" + LINE, "one line");
    refuses("-----BEGIN OPENSSH PRIVATE KEY-----", "private key");
    refuses(LINE.replace("ssh-ed25519", "ssh-dss"), "are not taken");
    refuses(LINE.substring(0, 60), "not complete");
    refuses(LINE.replace("AAAAC3", "%%%"), "base 64");
    refuses(LINE.replace("ssh-ed25519", "ssh-rsa"), "of another");
    refuses("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==", "not complete");
  }

  private static void refuses(String line, String why) {
    assertThatThrownBy(() -> SshKey.parse(line))
        .as(line)
        .hasMessageContaining(why)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }
}
