package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment has cost, lease by lease, and the receipts of it: GET
 * /v1/deployments/NAME/bill. It is there after the deployment is gone, too.
 *
 * @param compensationUnits what its client gets back for downtime, paid or not
 * @param leases by instance and number
 * @param receipts of usage, by instance and number: 348 bytes each, docs/format/usage-receipt.md
 * @param hubKey the hub's raw Ed25519 public key, with which it signs receipts
 * @param hosts those of the hosts
 */
public record DeploymentBill(
    String deployment,
    Bill total,
    String compensationUnits,
    List<Item> leases,
    List<byte[]> receipts,
    byte[] hubKey,
    List<Host> hosts) {
  public DeploymentBill {
    leases = List.copyOf(leases);
    receipts = List.copyOf(receipts);
    hosts = List.copyOf(hosts);
  }

  /**
   * One lease.
   *
   * @param name of its instance; none where that is gone
   * @param lease its number among the instance's
   * @param onChain its id on the ledger; none where there is no ledger
   * @param until none while it is open
   * @param units of 10^-18 coins, as the chain has it once it is closed, and as it stands before
   * @param compensation none where nothing is given back
   */
  public record Item(
      InstanceId instance,
      Optional<String> name,
      long lease,
      PeerId host,
      Optional<Digest> onChain,
      Instant from,
      Optional<Instant> until,
      long leasedSeconds,
      long meteredSeconds,
      long downtimeSeconds,
      Money cost,
      String units,
      Optional<Compensation> compensation) {}

  /**
   * What is given back for a lease.
   *
   * @param paid whether it is on the client's account
   */
  public record Compensation(String units, boolean paid) {}

  /** A host and its raw Ed25519 public key. */
  public record Host(PeerId id, String name, byte[] publicKey) {}
}
