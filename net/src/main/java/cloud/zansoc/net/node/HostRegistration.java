package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.net.HostAddress;
import java.util.Map;
import java.util.Optional;

/**
 * What a host tells its hub when it enrols: POST /v1/hosts, with the host's certificate.
 *
 * @param token the join token
 * @param publicKey the host's raw Ed25519 key, to verify receipts by
 * @param address where others may reach its block port directly; none for a host behind NAT
 * @param capacity how much it lends
 * @param pricePerTbMonth what it asks for storage
 * @param labels such as zone=home-1
 */
public record HostRegistration(
    String token,
    byte[] publicKey,
    String name,
    String version,
    Optional<HostAddress> address,
    ByteSize capacity,
    Money pricePerTbMonth,
    Map<String, String> labels,
    MachineReport machine) {
  public HostRegistration {
    labels = Map.copyOf(labels);
  }
}
