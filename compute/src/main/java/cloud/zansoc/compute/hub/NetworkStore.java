package cloud.zansoc.compute.hub;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.network.NebulaAuthority.Validity;
import cloud.zansoc.compute.network.NebulaCertificate;
import cloud.zansoc.compute.network.NetworkAddress;
import java.time.Instant;
import java.util.List;

/**
 * What a hub remembers of private networks: who has which address, and every certificate that has
 * not expired. What is done is durable when a call returns. Thread-safe.
 */
public interface NetworkStore {
  /**
   * Gives an instance a seat, or its seat another generation.
   *
   * @param draw for what is not there yet
   * @throws cloud.zansoc.base.ZansocException as {@link PrivateNetworks#place} says
   */
  void seat(PrivateNetworks.Member member, Draw draw);

  /** Takes an instance's seat; nothing where it has none. */
  void release(InstanceId instance, Instant now);

  /** A deployment's network; without a group where nobody was ever seated. */
  Roll roll(String deployment, Instant now);

  /** Remembers certificates; known ones stay as they are. */
  void add(String deployment, List<Issued> certificates);

  /** Fingerprints of all certificates that are refused and have not expired, in order. */
  List<String> blocked(Instant now);

  /**
   * Forgets expired certificates, seats that were released and have none left, whose addresses are
   * free from now on, and deployments without a seat.
   */
  void forget(Instant now);

  /**
   * Fresh values.
   *
   * @param group of a deployment that has none
   * @param addresses to be tried in turn
   */
  record Draw(String group, List<NetworkAddress> addresses) {
    public Draw {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A deployment's network.
   *
   * @param seats of instances that have not been released, in the order of their ids
   * @param certificates of all that ever had a seat, which have not expired; the oldest first
   */
  record Roll(String group, List<Seat> seats, List<Issued> certificates) {
    public Roll {
      seats = List.copyOf(seats);
      certificates = List.copyOf(certificates);
    }
  }

  /** An instance's seat. */
  record Seat(
      InstanceId instance,
      String deploymentName,
      String name,
      NetworkAddress address,
      long generation) {}

  /** A certificate that was issued to a generation of an instance. */
  record Issued(
      InstanceId instance, long generation, Validity validity, NebulaCertificate certificate) {}
}
