package cloud.zansoc.compute.network;

import cloud.zansoc.compute.api.PrivateNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** The configurations with which Nebula's program runs, as YAML. Pure. */
public final class NebulaConfiguration {
  /** The file of the configuration itself, in its folder. */
  public static final String FILE = "config.yml";

  /** The network device inside an instance. */
  public static final String DEVICE = "zansoc0";

  /** Fits, with Nebula's own headers twice (a relay's too), into lines with 1,400 bytes. */
  private static final int MTU_BYTES = 1300;

  private static final String AUTHORITY = "ca.crt";
  private static final String CERTIFICATE = "host.crt";
  private static final String KEY = "host.key";

  private NebulaConfiguration() {}

  /** A file of a folder. */
  public record Part(String name, String text) {}

  /**
   * What a member's folder holds, the configuration last.
   *
   * @param folder where it will lie
   */
  public static List<Part> member(Path folder, PrivateNetwork place) {
    TreeMap<String, List<String>> lighthouses = new TreeMap<>(place.lighthouses());
    StringBuilder text = new StringBuilder();
    keys(text, folder, place.blocked());
    text.append("static_host_map:\n");
    lighthouses.forEach(
        (overlay, underlay) -> text.append("  %s: %s\n".formatted(quote(overlay), list(underlay))));
    text.append(
        """
        lighthouse:
          am_lighthouse: false
          interval: 10
          hosts: %s
        listen:
          host: 0.0.0.0
          port: 0
        punchy:
          punch: true
          respond: true
        relay:
          am_relay: false
          use_relays: true
          relays: %s
        tun:
          dev: %s
          mtu: %d
        sshd:
          enabled: false
        logging:
          level: warning
        firewall:
          outbound:
            - {port: any, proto: any, group: %s}
          inbound:
            - {port: any, proto: any, group: %s}
        """
            .formatted(
                list(lighthouses.keySet()),
                list(lighthouses.keySet()),
                DEVICE,
                MTU_BYTES,
                quote(place.group()),
                quote(place.group())));
    return parts(place.authority(), place.certificate(), place.key(), text.toString());
  }

  /**
   * What the folder of a lighthouse holds, which is a relay too and has no network device, so that
   * it needs no privilege.
   *
   * @param port of UDP
   * @param blocked fingerprints of the certificates that it refuses
   */
  public static List<Part> lighthouse(
      Path folder, Credentials credentials, int port, Collection<String> blocked) {
    StringBuilder text = new StringBuilder();
    keys(text, folder, blocked);
    text.append(
        """
        lighthouse:
          am_lighthouse: true
        listen:
          host: 0.0.0.0
          port: %d
        punchy:
          punch: true
        relay:
          am_relay: true
          use_relays: false
        tun:
          disabled: true
        sshd:
          enabled: false
        logging:
          level: warning
        firewall:
          outbound: []
          inbound: []
        """
            .formatted(port));
    return parts(
        credentials.authority(), credentials.certificate(), credentials.key(), text.toString());
  }

  /** Who a lighthouse is: three texts of PEM. */
  public record Credentials(String authority, String certificate, String key) {
    /** Shows nothing. */
    @Override
    public String toString() {
      return "credentials of a lighthouse";
    }
  }

  private static void keys(StringBuilder text, Path folder, Collection<String> blocked) {
    text.append(
        """
        pki:
          ca: %s
          cert: %s
          key: %s
          disconnect_invalid: true
          blocklist: %s
        """
            .formatted(
                quote(folder.resolve(AUTHORITY).toString()),
                quote(folder.resolve(CERTIFICATE).toString()),
                quote(folder.resolve(KEY).toString()),
                list(blocked)));
  }

  private static List<Part> parts(
      String authority, String certificate, String key, String configuration) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(AUTHORITY, authority));
    parts.add(new Part(CERTIFICATE, certificate));
    parts.add(new Part(KEY, key));
    parts.add(new Part(FILE, configuration));
    return parts;
  }

  private static String list(Collection<String> texts) {
    return "[" + String.join(", ", texts.stream().map(NebulaConfiguration::quote).toList()) + "]";
  }

  /** A YAML string in double quotes, for any text. */
  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
          } else if (c < ' ') {
            quoted.append("\\x%02x".formatted(c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
