package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.DeploymentPlan.CloudHour;
import cloud.zansoc.compute.api.DeploymentPlan.InCoin;
import java.util.List;
import java.util.Optional;

/** What a plan says beside the hosts' own prices. Thread-safe. */
public interface Quotes {
  /** An hour's price in the coin; none where there is no ledger, or no price now. */
  Optional<InCoin> inCoin(Money perHour);

  /** What large clouds take for an hour of as many vCPUs and as much memory. */
  List<CloudHour> elsewhere(long milliVcpus, ByteSize memory);
}
