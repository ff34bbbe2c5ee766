package cloud.zansoc.host.join;

import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.net.HostAddress;
import java.nio.file.Path;
import java.util.List;

/** The text of the unit that runs a host's agent; systemd.exec(5) tells what each line is for. */
final class SystemdUnit {
  private static final int FIRST_FREE_PORT = 1024;

  /**
   * A host that runs instances sets firewalls, mounts volumes where its engine sees them and enters
   * instances' networks: it can have neither a private view of files and devices nor fewer
   * privileges. Nebula, which it started for instances, runs on while the agent is replaced.
   */
  private static final String COMPUTING = "KillMode=process";

  private SystemdUnit() {}

  /** The unit's name; each host of a machine has its own. */
  static String name(HostConfiguration configuration) {
    return "zansoc-host-" + configuration.name() + ".service";
  }

  /**
   * The unit's text.
   *
   * @param command absolute path of a program, and its arguments
   */
  static String text(HostConfiguration configuration, HostFolder folder, List<String> command) {
    return """
    [Unit]
    Description=Zansoc host %s
    Wants=network-online.target
    After=network-online.target time-sync.target docker.service
    StartLimitIntervalSec=0

    [Service]
    Type=exec
    ExecStart=%s
    Restart=always
    RestartSec=5
    TimeoutStopSec=30
    SuccessExitStatus=143
    LimitNOFILE=65536
    UMask=0077
    Nice=5

    %s
    RestrictRealtime=yes
    LockPersonality=yes
    SystemCallArchitectures=native

    [Install]
    WantedBy=multi-user.target
    """
        .formatted(
            configuration.name(),
            String.join(" ", command.stream().map(SystemdUnit::quote).toList()),
            configuration.compute().isPresent() ? COMPUTING : confinement(configuration, folder));
  }

  private static String confinement(HostConfiguration configuration, HostFolder folder) {
    int port = configuration.network().listen().map(HostAddress::port).orElse(FIRST_FREE_PORT);
    String capability = port < FIRST_FREE_PORT ? "CAP_NET_BIND_SERVICE" : "";
    // In a private /tmp, a data folder that lies in the real one would not be seen.
    boolean privateTemporary =
        !folder.path().startsWith(Path.of("/tmp")) && !folder.path().startsWith("/var/tmp");
    return """
    NoNewPrivileges=yes
    CapabilityBoundingSet=%s
    ProtectSystem=strict
    ReadWritePaths=%s
    ProtectHome=read-only
    PrivateTmp=%s
    PrivateDevices=yes
    ProtectKernelTunables=yes
    ProtectKernelModules=yes
    ProtectKernelLogs=yes
    ProtectControlGroups=yes
    ProtectClock=yes
    RestrictSUIDSGID=yes
    RestrictNamespaces=yes
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK\
    """
        .formatted(capability, quote(folder.path().toString()), privateTemporary ? "yes" : "no");
  }

  /** Quotes for systemd: percent signs and dollars would be expanded. */
  private static String quote(String argument) {
    String escaped =
        argument.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%").replace("$", "$$");
    return escaped.matches("[A-Za-z0-9_@%+=:,./-]+") ? escaped : '"' + escaped + '"';
  }
}
