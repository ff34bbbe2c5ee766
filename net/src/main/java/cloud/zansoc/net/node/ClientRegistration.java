package cloud.zansoc.net.node;

/**
 * What somebody invited sends with their certificate: POST /v1/clients. The answer is {@link
 * WhoAmI}.
 *
 * @param token the join token's text
 * @param name for people, such as "laptop"
 * @param publicKey the raw Ed25519 key
 */
public record ClientRegistration(String token, String name, byte[] publicKey) {
  public ClientRegistration {
    publicKey = publicKey.clone();
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }
}
