package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.storage.hub.RepairSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a hub runs. {@link HubConfigurationFile} reads it; docs/operations/hub.md says what each
 * value does.
 *
 * @param dataFolder where identities and the SQLite database are kept
 * @param jdbcUrl a PostgreSQL database instead of the SQLite file in the data folder
 * @param repair how repair goes about its work
 * @param limits of the API's server
 * @param ledger which one the hub works with; none: it has none
 * @param networks the private ones of deployments
 * @param computing how deployments are kept
 * @param endpoints how their ports are published
 */
public record HubConfiguration(
    Path dataFolder,
    Listening listening,
    Optional<String> jdbcUrl,
    AdmissionRules admission,
    HostTimeouts timeouts,
    Membership membership,
    RepairSettings repair,
    HttpLimits limits,
    Optional<LedgerSettings> ledger,
    NetworkSettings networks,
    ComputeSettings computing,
    EndpointSettings endpoints) {

  /**
   * Where the hub listens.
   *
   * @param bind the address of all ports, such as 0.0.0.0
   * @param apiPort of the HTTPS API; 0 takes a free one
   * @param peerPort of hosts and the relay; 0 takes a free one
   * @param sshPort of the gateway to instances; 0 takes a free one, none has no gateway
   * @param advertised the name under which others reach the peer port; none for the one under which
   *     they reached the API
   */
  public record Listening(
      String bind,
      int apiPort,
      int peerPort,
      Optional<Integer> sshPort,
      Optional<String> advertised) {}

  /**
   * What new members get.
   *
   * @param quota of a new tenant; none for no limit
   * @param tokenLife of a join token whose request names none
   */
  public record Membership(Optional<ByteSize> quota, Duration tokenLife) {}

  /** The API's usual port. */
  public static final int API_PORT = 7443;

  /** The usual port of hosts and the relay. */
  public static final int PEER_PORT = 7444;

  /** The usual port of the SSH gateway. */
  public static final int SSH_PORT = 2222;

  /** The usual values, with everything kept in {@code dataFolder}. */
  public static HubConfiguration defaults(Path dataFolder) {
    return new HubConfiguration(
        dataFolder,
        new Listening("0.0.0.0", API_PORT, PEER_PORT, Optional.of(SSH_PORT), Optional.empty()),
        Optional.empty(),
        AdmissionRules.DEFAULT,
        HostTimeouts.DEFAULT,
        new Membership(Optional.of(ByteSize.parse("1TB")), Duration.ofHours(24)),
        RepairSettings.DEFAULT,
        HttpLimits.DEFAULT,
        Optional.empty(),
        NetworkSettings.DEFAULT,
        ComputeSettings.DEFAULT,
        EndpointSettings.DEFAULT);
  }

  /** The database's URL. */
  public String database() {
    return jdbcUrl.orElseGet(
        () -> "jdbc:sqlite:" + dataFolder.resolve("hub.sqlite").toAbsolutePath());
  }
}
