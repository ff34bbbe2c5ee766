package cloud.zansoc.host;

import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.HostFirewall;
import cloud.zansoc.compute.engine.docker.HostFirewall.Exemption;
import cloud.zansoc.net.HostAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the firewall of a host's instances as it must be: the Internet, this machine's name servers
 * and the lighthouses of private networks may be reached. Thread-safe.
 */
final class InstanceFirewall {
  private static final Path NAME_SERVERS = Path.of("/etc/resolv.conf");

  // Both guarded by this, which is held while the rules are set: the later call has the last word.
  private Optional<HostFirewall> firewall = Optional.empty();
  private Set<HostAddress> lighthouses = Set.of();

  /**
   * Tries the rules on a bridge that is not there.
   *
   * @throws cloud.zansoc.base.ZansocException UNSUPPORTED, which says what is missing
   */
  static void requirePossible() {
    HostFirewall rules = HostFirewall.of("zan-try-" + ProcessHandle.current().pid());
    rules.set(HostFirewall.nameServers(NAME_SERVERS));
    rules.remove();
  }

  /**
   * The engine is there: from now on its instances are kept apart.
   *
   * @throws cloud.zansoc.base.ZansocException UNSUPPORTED, which says what is missing
   */
  synchronized void protect(DockerEngine engine) {
    firewall = Optional.of(HostFirewall.of(engine.bridge()));
    set();
  }

  /** Members of private networks must reach these addresses of UDP. */
  synchronized void exempt(Set<HostAddress> addresses) {
    lighthouses = Set.copyOf(addresses);
    set();
  }

  private void set() {
    List<Exemption> exemptions = new ArrayList<>(HostFirewall.nameServers(NAME_SERVERS));
    lighthouses.forEach(address ->
        exemptions.add(new Exemption(address.host(), Exemption.Protocol.UDP, address.port())));
    firewall.ifPresent(rules -> rules.set(exemptions));
  }
}
