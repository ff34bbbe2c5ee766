package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import java.util.Optional;

/**
 * Asks a hub for a deployment: POST /v1/deployments.
 *
 * @param id drawn by the client: the same request again changes nothing, and the mandate on the
 *     chain that pays is given for it
 * @param account the client's account on the chain, which has given that mandate; none where the
 *     hub has no ledger
 */
public record NewDeployment(Digest id, DeploymentSpec spec, Optional<String> account) {}
