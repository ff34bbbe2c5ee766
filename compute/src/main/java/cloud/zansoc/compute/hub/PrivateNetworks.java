package cloud.zansoc.compute.hub;

import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.PrivateNetwork;
import java.util.Map;
import java.util.Optional;

/**
 * The private networks of deployments. An instance has its place from {@link #place} to {@link
 * #release}; its address and names stay the same while it moves from host to host.
 *
 * <p>What is done is durable when a call returns, and the same call again changes nothing.
 * Thread-safe.
 */
public interface PrivateNetworks {
  /**
   * Why deployments that need a private network cannot run now, for people; none where they can.
   */
  Optional<String> unavailable();

  /**
   * Gives an instance its place, as a generation of it. A higher generation than before has a new
   * certificate, and the other members refuse the older one from then on: see {@link #places}.
   *
   * @throws cloud.zansoc.base.ZansocException CONFLICT for an older generation than before, GONE
   *     after its release, ALREADY_EXISTS where another member of the deployment has its name
   *     already, UNSUPPORTED where private networks are unavailable, NO_SPACE where no address is
   *     left
   */
  PrivateNetwork place(Member member);

  /**
   * Every member's place as it is now. Whoever keeps the orders compares them with these after each
   * {@link #place} and {@link #release} of the deployment, and at least once an hour; a place that
   * is no longer the same goes to its host in a new revision of its order. They change when members
   * come, go or move, and when a certificate has half of its life behind it.
   *
   * @param deployment as in {@link Member#deployment}
   */
  Map<InstanceId, PrivateNetwork> places(String deployment);

  /**
   * Takes an instance's place away: the other members refuse it from then on, and its address is
   * nobody's until its last certificate has expired.
   */
  void release(InstanceId instance);

  /**
   * An instance as a member of its deployment's network.
   *
   * @param deployment the deployment's id, of at most 100 characters: unlike its name, no other
   *     ever has it
   * @param deploymentName the middle of the instance's name: shop in web-1.shop.zan
   * @param name web-1
   */
  record Member(
      String deployment, String deploymentName, InstanceId instance, String name, long generation) {
    public Member {
      DnsLabel.check("a deployment", deploymentName);
      DnsLabel.check("an instance", name);
    }
  }
}
