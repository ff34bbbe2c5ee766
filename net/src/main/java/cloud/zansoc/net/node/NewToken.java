package cloud.zansoc.net.node;

/**
 * The answer to POST /v1/tokens, the only time that the secret is shown.
 *
 * @param text see {@link JoinToken}
 */
public record NewToken(TokenView token, String text) {
  @Override
  public String toString() {
    return "NewToken[token=" + token + "]";
  }
}
