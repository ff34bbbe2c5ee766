package cloud.zansoc.cli.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Durations;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.host.AgentStatus;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.volumes.HostVolumes;
import cloud.zansoc.net.node.ComputeOffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    description =
        "What the agent on this machine does. Asks nobody; exits with 1 if it is stopped.")
final class HostStatusCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private FolderOption folder;

  @Override
  public Integer call() {
    Output output = options.output();
    HostConfiguration configuration = folder.configuration();
    AgentStatus status = AgentStatus.read(folder.folder());
    if (output.isJson()) {
      output.json(status);
    } else {
      print(output, configuration, status);
    }
    return status.state() == AgentStatus.State.STOPPED ? 1 : 0;
  }

  private void print(Output output, HostConfiguration configuration, AgentStatus status) {
    HostConfiguration.Offer offer = configuration.offer();
    output.line("host       " + configuration.name() + " in " + folder.folder().path());
    output.line("hub        " + configuration.hub().api());
    output.line("agent      " + agent(status));
    status.lastHeartbeat().ifPresent(at -> output.line("heartbeat  " + ago(at, Instant.now())));
    status
        .load()
        .ifPresent(load -> {
          output.line("takes new  " + (load.accepting() ? "yes" : "no, it is " + load.reason()));
          output.line(
              "stored     %s in %d blocks, %s free of %s"
                  .formatted(
                      new ByteSize(load.storedBytes()),
                      load.blocks(),
                      new ByteSize(load.freeBytes()),
                      offer.capacity()));
          output.line(
              "moved      %s in, %s out since the agent started"
                  .formatted(new ByteSize(load.bytesIn()), new ByteSize(load.bytesOut())));
        });
    output.line("computes   " + computes(configuration, status));
    Instant now = Instant.now();
    status.volumes().forEach(volume -> output.line("volume     " + volume(volume, now)));
    status.missing().ifPresent(missing -> output.line("lacks      " + missing));
    output.line("reached    " + status.listening().map(a -> "at " + a).orElse("by relay"));
    output.line("schedule   " + offer.schedule());
  }

  private static String volume(HostVolumes.Kept volume, Instant now) {
    HostVolumes.Snapshots snapshots = volume.snapshots();
    return "%s, %s, a snapshot every %s%s"
        .formatted(
            volume.name(),
            snapshots
                .safeUntil()
                .map(until -> "safe is what was written until " + ago(until, now))
                .orElse("no snapshot yet"),
            Durations.text(volume.snapshotEvery()),
            snapshots.trouble().isEmpty() ? "" : "; the last failed: " + snapshots.trouble());
  }

  private static String computes(HostConfiguration configuration, AgentStatus status) {
    if (configuration.compute().isEmpty()) {
      return "no: 'zansoc host join' with --compute lends it";
    }
    return status
        .load()
        .flatMap(load -> load.compute().map(lent -> computes(lent, load.instances())))
        .orElse("not yet: the hub has not asked for it");
  }

  private static String computes(ComputeOffer lent, int instances) {
    ComputeOffer.Capacity free = lent.free();
    ComputeOffer.Capacity all = lent.all();
    return "%d instances by %s; free are %s of %s vCPUs, %s of %s of memory, %s of %s of disk%s"
        .formatted(
            instances,
            lent.engine(),
            HostConfigurationFile.formatVcpus(free.milliVcpus()),
            HostConfigurationFile.formatVcpus(all.milliVcpus()),
            free.memory(),
            all.memory(),
            free.disk(),
            all.disk(),
            all.gpus() == 0 ? "" : ", %d of %d graphics cards".formatted(free.gpus(), all.gpus()));
  }

  private static String agent(AgentStatus status) {
    return switch (status.state()) {
      case STOPPED -> "stopped: start it with 'zansoc host run'";
      case STARTING -> "starting, process " + status.pid();
      case CONNECTED -> "connected, process " + status.pid();
      case DISCONNECTED -> "not connected to its hub, dialling; process " + status.pid();
    };
  }

  private static String ago(Instant at, Instant now) {
    return Math.max(0, Duration.between(at, now).toSeconds()) + " s ago";
  }
}
