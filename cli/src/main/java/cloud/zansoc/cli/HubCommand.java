package cloud.zansoc.cli;

import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfiguration;
import cloud.zansoc.hub.HubConfigurationFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "hub", description = "Run a hub in the foreground until it is told to end.")
final class HubCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Where identity, configuration (hub.properties) and database are kept.")
  private Path data;

  @Option(names = "--bind", description = "The address to listen on (default: all).")
  private Optional<String> bind = Optional.empty();

  @Option(names = "--api-port", description = "The port of the HTTPS API (default: 7443).")
  private Optional<Integer> apiPort = Optional.empty();

  @Option(names = "--peer-port", description = "The port of hosts and the relay (default: 7444).")
  private Optional<Integer> peerPort = Optional.empty();

  @Option(
      names = "--ssh-port",
      description = "The port of the SSH gateway to instances, or none (default: 2222).")
  private Optional<String> sshPort = Optional.empty();

  @Option(
      names = "--endpoint-http-port",
      paramLabel = "PORT",
      description = "The port of deployments' HTTP, or none (default: 8080).")
  private Optional<String> endpointHttpPort = Optional.empty();

  @Option(
      names = "--endpoint-https-port",
      paramLabel = "PORT",
      description = "The port of deployments' HTTPS, or none (default: 8443).")
  private Optional<String> endpointHttpsPort = Optional.empty();

  @Option(
      names = "--endpoint-domain",
      paramLabel = "DOMAIN",
      description = "Services are SERVICE.DEPLOYMENT.DOMAIN; the name and all below it lead here.")
  private Optional<String> endpointDomain = Optional.empty();

  @Option(
      names = "--endpoint-ports",
      paramLabel = "FIRST-LAST",
      description = "The ports that deployments publish TCP at, or none (default: 10000-19999).")
  private Optional<String> endpointPorts = Optional.empty();

  @Option(
      names = "--endpoint-certificate",
      paramLabel = "FILE",
      description = "The certificate of HTTPS with its chain, in PEM; with --endpoint-key.")
  private Optional<Path> endpointCertificate = Optional.empty();

  @Option(
      names = "--endpoint-key",
      paramLabel = "FILE",
      description = "The key of that certificate, in PEM.")
  private Optional<Path> endpointKey = Optional.empty();

  @Option(names = "--advertise", description = "The name under which others reach this hub.")
  private Optional<String> advertise = Optional.empty();

  @Option(
      names = "--database",
      description = "A PostgreSQL database, jdbc:postgresql://... (default: SQLite).")
  private Optional<String> database = Optional.empty();

  @Option(
      names = "--chain",
      paramLabel = "URL",
      description = "A node of the ledger's chain; the hub keeps books of it.")
  private Optional<String> chain = Optional.empty();

  @Option(names = "--chain-id", paramLabel = "N", description = "The number of that chain.")
  private Optional<Long> chainId = Optional.empty();

  @Option(
      names = "--escrow",
      paramLabel = "ADDRESS",
      description = "The contract on that chain that keeps the coins.")
  private Optional<String> escrow = Optional.empty();

  @Option(
      names = "--router",
      paramLabel = "ADDRESS",
      description = "The exchange's router on that chain; with --twap.")
  private Optional<String> router = Optional.empty();

  @Option(
      names = "--twap",
      paramLabel = "ADDRESS",
      description = "The contract on that chain that averages the coin's price; with --router.")
  private Optional<String> twap = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Any value of hub.properties, such as lost-after=30m.")
  private Map<String, String> values = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    LogConfigurator.verbose();
    Map<String, String> overrides = new LinkedHashMap<>(values);
    bind.ifPresent(value -> overrides.put("bind", value));
    apiPort.ifPresent(value -> overrides.put("api-port", value.toString()));
    peerPort.ifPresent(value -> overrides.put("peer-port", value.toString()));
    sshPort.ifPresent(value -> overrides.put("ssh-port", value));
    endpointHttpPort.ifPresent(value -> overrides.put("endpoint-http-port", value));
    endpointHttpsPort.ifPresent(value -> overrides.put("endpoint-https-port", value));
    endpointDomain.ifPresent(value -> overrides.put("endpoint-domain", value));
    endpointPorts.ifPresent(value -> overrides.put("endpoint-ports", value));
    endpointCertificate.ifPresent(file -> overrides.put("endpoint-certificate", file.toString()));
    endpointKey.ifPresent(file -> overrides.put("endpoint-key", file.toString()));
    advertise.ifPresent(value -> overrides.put("advertise", value));
    database.ifPresent(value -> overrides.put("jdbc-url", value));
    chain.ifPresent(value -> overrides.put("chain", value));
    chainId.ifPresent(value -> overrides.put("chain-id", value.toString()));
    escrow.ifPresent(value -> overrides.put("escrow", value));
    router.ifPresent(value -> overrides.put("router", value));
    twap.ifPresent(value -> overrides.put("twap", value));
    HubConfiguration configuration = HubConfigurationFile.read(data, overrides);
    Hub hub = Hub.start(configuration);
    options
        .output()
        .line(
            "hub %s listens: API on port %d, hosts on port %d%s%s%s; data in %s"
                .formatted(
                    hub.id(),
                    hub.apiPort(),
                    hub.peerPort(),
                    hub.sshPort().map(port -> ", SSH on port " + port).orElse(""),
                    hub.endpoints().httpPort().map(port -> ", HTTP on port " + port).orElse(""),
                    hub.endpoints().httpsPort().map(port -> ", HTTPS on port " + port).orElse(""),
                    data.toAbsolutePath()));
    options
        .output()
        .line(
            "to invite others, on this machine: zansoc login localhost:%d --hub-data '%s'; zansoc token create --role client"
                .formatted(hub.apiPort(), data.toAbsolutePath()));
    options.output().terminal().out().flush();
    Foreground.run(hub);
    return 0;
  }
}
