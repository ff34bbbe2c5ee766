package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.NotInternet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Keeps instances away from the host that they run on, from its network, and from each other: a
 * table of nftables for the bridge that they are on, before all other rules. What they may reach is
 * the Internet, and the exemptions that are given. Connections that the host makes to them are
 * answered.
 *
 * <p>Refused are: every address of the host itself; the networks that the host is directly on,
 * whatever their addresses; private, shared (CGNAT), link-local (with the clouds' metadata
 * services), loopback, multicast, reserved and test addresses; other instances on the bridge; and
 * all of IPv6, which our bridges do not have.
 *
 * <p>Takes root, nft, and for traffic between instances a kernel that shows bridged packets to the
 * firewall (br_netfilter).
 */
public final class HostFirewall {
  private static final String BRIDGED = "net.bridge.bridge-nf-call-iptables";

  private final String bridge;
  private final List<String> inNamespace;

  private HostFirewall(String bridge, List<String> inNamespace) {
    this.bridge = bridge;
    this.inNamespace = inNamespace;
  }

  /** That of a bridge of this machine, such as {@link DockerEngine#bridge}. */
  public static HostFirewall of(String bridge) {
    return new HostFirewall(bridge, List.of());
  }

  /** That of a host's bridge, whether or not its engine answers. */
  public static HostFirewall ofHost(PeerId owner) {
    return of(OwnNetwork.bridge(owner));
  }

  /**
   * That of a bridge in another network namespace.
   *
   * @param inNamespace a command that runs another one there
   */
  static HostFirewall of(String bridge, List<String> inNamespace) {
    return new HostFirewall(bridge, inNamespace);
  }

  /** What instances may reach although it is not of the Internet. */
  public record Exemption(String address, Protocol protocol, int port) {
    /** Of a port. */
    public enum Protocol {
      TCP,
      UDP
    }

    public Exemption {
      if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}(/[0-9]{1,2})?")
          || port < 1
          || port > 65_535) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "an exemption of the firewall is an IPv4 address or network and a port, not %s port %d"
                .formatted(address, port));
      }
    }

    private String element() {
      return "%s . %s . %d".formatted(address, protocol.name().toLowerCase(Locale.ROOT), port);
    }
  }

  /** The name servers of a resolv.conf, which may be in the host's network: their port 53 only. */
  public static List<Exemption> nameServers(Path resolvConf) {
    try {
      List<Exemption> servers = new ArrayList<>();
      for (String line : Files.readAllLines(resolvConf)) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length == 2
            && words[0].equals("nameserver")
            && words[1].matches("[0-9.]+")
            && !words[1].startsWith("127.")) {
          servers.add(new Exemption(words[1], Exemption.Protocol.UDP, 53));
          servers.add(new Exemption(words[1], Exemption.Protocol.TCP, 53));
        }
      }
      return List.copyOf(servers);
    } catch (IOException e) {
      return List.of(); // A host without the file has no name servers.
    }
  }

  /**
   * Sets the rules, in one step, in place of earlier ones of this bridge.
   *
   * @throws ZansocException UNSUPPORTED, which says what is missing
   */
  public void set(Collection<Exemption> exemptions) {
    try {
      SystemCommand.run(in("sysctl", "-q", "-w", BRIDGED + "=1"));
    } catch (ZansocException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "instances on one bridge cannot be kept apart: run 'modprobe br_netfilter' as root ("
              + e.getMessage()
              + ")",
          e);
    }
    try {
      SystemCommand.run(in("nft", "-f", "-"), rules(exemptions));
    } catch (ZansocException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "the firewall of instances cannot be set; it takes root and 'apt-get install nftables': "
              + e.getMessage(),
          e);
    }
  }

  /** Removes the rules, if they are there. */
  public void remove() {
    SystemCommand.run(in("nft", "-f", "-"), removal());
  }

  private String removal() {
    // Deleting what is not there fails; making it first does not.
    return "table inet %s {}\ndelete table inet %s\n".formatted(bridge, bridge);
  }

  private String rules(Collection<Exemption> exemptions) {
    List<String> refused = new ArrayList<>(NotInternet.NETWORKS);
    refused.addAll(ownNetworks());
    String allowed =
        exemptions.stream().map(Exemption::element).distinct().collect(Collectors.joining(", "));
    return removal()
        + """
        table inet %1$s {
          set refused {
            type ipv4_addr; flags interval; auto-merge
            elements = { %2$s }
          }
          set allowed {
            type ipv4_addr . inet_proto . inet_service; flags interval
            %3$s
          }
          chain from_instance {
            ct state established,related accept
            ip daddr . meta l4proto . th dport @allowed accept
          }
          chain forward {
            type filter hook forward priority -10; policy accept
            iifname "%1$s" oifname "%1$s" drop
            oifname "%1$s" ct state new drop
            iifname != "%1$s" accept
            jump from_instance
            meta nfproto ipv6 drop
            ip daddr @refused reject with icmpx admin-prohibited
          }
          chain input {
            type filter hook input priority -10; policy accept
            iifname != "%1$s" accept
            jump from_instance
            reject with icmpx admin-prohibited
          }
        }
        """
            .formatted(
                bridge,
                String.join(", ", refused),
                allowed.isEmpty() ? "" : "elements = { " + allowed + " }");
  }

  /** Those that the host reaches without a router, its neighbours' among them. */
  private List<String> ownNetworks() {
    return SystemCommand.run(in("ip", "-4", "-o", "route", "show", "scope", "link"))
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(network -> network.matches("[0-9.]+(/[0-9]+)?"))
        .toList();
  }

  private List<String> in(String... command) {
    return SystemCommand.join(inNamespace, command);
  }
}
