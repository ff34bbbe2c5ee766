package cloud.zansoc.hub.registry;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.MachineReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Checks a machine against the rules, and says how it would qualify at the least cost. Prices in
 * the remedies are rough prices of used parts, in US dollars. Pure.
 */
public final class Admission {
  private static final long GIBIBYTE = 1L << 30;
  private static final long USD_PER_GIB_OF_MEMORY = 2;
  private static final long CHEAPEST_MODULE_USD = 5;
  private static final String CABLE =
      "connect by cable instead of Wi-Fi (about 5 USD) and end other downloads; ";

  private Admission() {}

  /** Every rule that is switched on, with what was found; refused where one is not met. */
  public static AdmissionRefusal check(AdmissionRules rules, HostRegistration host) {
    List<AdmissionRefusal.Row> rows = new ArrayList<>();
    MachineReport machine = host.machine();
    cpu(rules, machine, rows);
    memory(rules, machine, rows);
    capacity(rules, host, rows);
    disk(rules, machine.disk(), rows);
    network(rules, machine, rows);
    return new AdmissionRefusal(rows);
  }

  /** Whether every rule is met. */
  public static boolean admits(AdmissionRefusal checked) {
    return checked.rows().stream().allMatch(AdmissionRefusal.Row::met);
  }

  private static void cpu(
      AdmissionRules rules, MachineReport machine, List<AdmissionRefusal.Row> rows) {
    if (rules.vcpus() > 0) {
      rows.add(
          row(
              "vCPUs",
              rules.vcpus() + " or more",
              Integer.toString(machine.vcpus()),
              machine.vcpus() >= rules.vcpus(),
              "in a virtual machine or container: give it %d vCPUs (free); else a used office PC with at least %d threads (about %d USD)"
                  .formatted(rules.vcpus(), rules.vcpus(), usedComputer(rules.vcpus()))));
    }
    if (rules.cpuSingle() > 0) {
      rows.add(
          row(
              "CPU speed (one thread)",
              rules.cpuSingle() + " or more",
              Long.toString(machine.cpuSingle()),
              machine.cpuSingle() >= rules.cpuSingle(),
              "measure again while nothing else runs (free); else a used PC whose CPU has AES and SHA instructions (about 60 USD)"));
    }
  }

  private static long usedComputer(int vcpus) {
    return Math.max(40, 10L * vcpus);
  }

  private static void memory(
      AdmissionRules rules, MachineReport machine, List<AdmissionRefusal.Row> rows) {
    long required = rules.memory().bytes();
    if (required == 0) {
      return;
    }
    long missing = Math.max(1, required - machine.memoryBytes());
    long module = Math.max(1, Long.highestOneBit(Math.max(1, (missing - 1) / GIBIBYTE)) * 2);
    if (missing <= GIBIBYTE) {
      module = 1;
    }
    long usd = Math.max(CHEAPEST_MODULE_USD, module * USD_PER_GIB_OF_MEMORY);
    rows.add(
        row(
            "memory",
            rules.memory() + " or more",
            new ByteSize(Math.max(0, machine.memoryBytes())).toString(),
            machine.memoryBytes() >= required,
            "in a virtual machine or container: give it more memory (free); else add a used module of %d GiB (about %d USD)"
                .formatted(module, usd)));
  }

  private static void capacity(
      AdmissionRules rules, HostRegistration host, List<AdmissionRefusal.Row> rows) {
    long required = rules.capacity().bytes();
    MachineReport.Disk disk = host.machine().disk();
    if (required > 0) {
      boolean fits = disk.freeBytes() >= required;
      rows.add(
          row(
              "storage lent",
              rules.capacity() + " or more",
              host.capacity().toString(),
              host.capacity().bytes() >= required,
              fits
                  ? "lend more of the %s that are free (free of charge): --capacity %s"
                      .formatted(size(disk.freeBytes()), gigabytes(required))
                  : "free some space on that disk (free of charge), or %s and name its folder: --data DIR --capacity %s"
                      .formatted(usedDisk(required), gigabytes(required))));
    }
    boolean holds = host.capacity().bytes() <= disk.totalBytes();
    if (!holds) {
      rows.add(
          row(
              "storage on disk",
              host.capacity() + " lent must fit on the disk",
              size(disk.totalBytes()) + " in all",
              false,
              "lend what the disk holds (free of charge): --capacity "
                  + gigabytes(disk.totalBytes())));
    }
  }

  private static void disk(
      AdmissionRules rules, MachineReport.Disk disk, List<AdmissionRefusal.Row> rows) {
    String ssd = "choose a folder on an SSD by --data DIR; else add a used SATA SSD (about 12 USD)";
    if (rules.syncsPerSecond() > 0) {
      rows.add(
          row(
              "durable writes",
              rules.syncsPerSecond() + " a second or more",
              disk.syncsPerSecond() + " a second",
              disk.syncsPerSecond() >= rules.syncsPerSecond(),
              ssd));
    }
    if (rules.writePerSecond().bytes() > 0) {
      rows.add(
          row(
              "disk writing",
              rules.writePerSecond() + "/s or more",
              size(disk.writeBytesPerSecond()) + "/s",
              disk.writeBytesPerSecond() >= rules.writePerSecond().bytes(),
              ssd));
    }
  }

  private static void network(
      AdmissionRules rules, MachineReport machine, List<AdmissionRefusal.Row> rows) {
    speed(rules.downPerSecond(), machine.downBytesPerSecond(), "download speed", rows);
    speed(rules.upPerSecond(), machine.upBytesPerSecond(), "upload speed", rows);
    if (rules.roundTrip().isPositive()) {
      long millis = rules.roundTrip().toMillis();
      rows.add(
          row(
              "way to the hub and back",
              millis + " ms or less",
              String.format(Locale.ROOT, "%.1f ms", machine.hubRoundTripMicros() / 1000.0),
              machine.hubRoundTripMicros() <= rules.roundTrip().toNanos() / 1000,
              CABLE + "else join a hub that is nearer (free)"));
    }
  }

  private static void speed(
      ByteSize required, long found, String rule, List<AdmissionRefusal.Row> rows) {
    if (required.bytes() > 0) {
      rows.add(
          row(
              rule,
              required + "/s or more",
              size(found) + "/s",
              found >= required.bytes(),
              CABLE
                  + "else ask your provider for a line of "
                  + Math.max(1, required.bytes() * 8 / 1_000_000)
                  + " Mbit/s or more (about 5 USD a month)"));
    }
  }

  private static String usedDisk(long bytes) {
    long terabytes = (bytes + 999_999_999_999L) / 1_000_000_000_000L;
    return bytes <= 120_000_000_000L
        ? "add a used 128 GB disk (about 10 USD)"
        : "add a used disk of %d TB (about %d USD)".formatted(terabytes, 15 * terabytes);
  }

  private static String gigabytes(long bytes) {
    return Math.max(1, bytes / 1_000_000_000) + "GB";
  }

  private static String size(long bytes) {
    return new ByteSize(Math.max(0, bytes)).toString();
  }

  private static AdmissionRefusal.Row row(
      String rule, String required, String found, boolean met, String remedy) {
    return new AdmissionRefusal.Row(rule, required, found, met, met ? "" : remedy);
  }
}
