package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.MachineReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Registrations and statuses as an ordinary host sends them. */
public final class Registrations {
  private Registrations() {}

  /** An ordinary home machine. */
  public static MachineReport machine() {
    return new MachineReport(
        "Debian 13",
        "6.12",
        "amd64",
        "i3-13100",
        8,
        900,
        4000,
        List.of("avx2", "sha_ni"),
        8L << 30,
        10L << 30,
        new MachineReport.Disk(500_000_000_000L, 400_000_000_000L, 400_000_000, 500_000_000, 900),
        20_000_000,
        5_000_000,
        9_000,
        List.of(new MachineReport.Gpu("card", 8L << 30, "550")));
  }

  /** The registration of a host by a token. */
  public static HostRegistration host(Identity identity, String token, String name) {
    return new HostRegistration(
        token,
        identity.publicKey(),
        name,
        "0.1.0",
        Optional.of(new HostAddress("192.0.2.7", 7070)),
        ByteSize.parse("100GB"),
        Money.parseUsd("1.25"),
        Map.of("zone", "home-1"),
        machine());
  }

  /** The status of a host that takes blocks. */
  public static HostStatus status(boolean accepting) {
    return new HostStatus(
        "0.1.0",
        1000,
        99_000_000_000L,
        4,
        12.5,
        2L << 30,
        10,
        20,
        0,
        accepting,
        accepting ? "" : "out of schedule",
        Optional.empty());
  }
}
