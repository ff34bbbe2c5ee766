package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks for a deployment: POST /v1/deployments.
 *
 * @param payer none where the hub has no ledger
 */
public record DeploymentRequest(DeploymentSpec spec, Optional<Payer> payer) {
  /**
   * Who pays.
   *
   * @param account on the chain: 0x and 40 digits
   * @param nonce drawn by the client, of which the mandate's number is made
   */
  public record Payer(String account, Digest nonce) {}

  /**
   * The number of the mandate that pays for a deployment. It is made of the tenant, so that nobody
   * else can name the mandate for a deployment of theirs.
   *
   * @param tenant the id that the hub knows the client's tenant by
   */
  public static Digest mandate(String tenant, String deployment, Digest nonce) {
    return Digest.sha256(
        "zansoc mandate v1\n%s\n%s\n%s"
            .formatted(tenant, deployment, nonce)
            .getBytes(StandardCharsets.UTF_8));
  }
}
