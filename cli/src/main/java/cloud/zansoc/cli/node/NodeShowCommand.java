package cloud.zansoc.cli.node;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.MachineReport;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Everything about one node.")
final class NodeShowCommand extends ClientCommand {
  @Parameters(paramLabel = "NODE", description = "Its name or id.")
  private String node;

  @Override
  protected void run(Session session, Output output) {
    NodeView view = session.api().call(ApiCall.get("/v1/nodes/{node}", node), NodeView.class);
    if (output.isJson()) {
      output.json(view);
      return;
    }
    identity(output, view, Instant.now());
    machine(output, view.machine());
    view.status().ifPresent(status -> status(output, status));
  }

  private static void identity(Output output, NodeView view, Instant now) {
    output.line("name       " + view.name());
    output.line("id         " + view.id());
    output.line("state      " + view.state());
    view.reclaimed().ifPresent(at -> output.line("given back " + at));
    output.line("roles      " + String.join(", ", view.roles()));
    output.line("version    " + view.version());
    output.line("address    " + NodeTexts.address(view));
    output.line("from       " + view.externalIp());
    output.line("labels     " + NodeTexts.labels(view.labels()));
    output.line("lends      " + view.capacity() + " for " + view.pricePerTbMonth() + "/TB/month");
    output.line(
        "joined     %s ago, last seen %s ago"
            .formatted(
                NodeTexts.age(Duration.between(view.joined(), now)),
                NodeTexts.age(Duration.between(view.lastSeen(), now))));
  }

  private static void machine(Output output, MachineReport machine) {
    output.line(
        "system     %s, %s, %s".formatted(machine.os(), machine.kernel(), machine.architecture()));
    output.line("processor  %s, %d vCPU".formatted(machine.cpuModel(), machine.vcpus()));
    output.line(
        "score      %d of one thread, %d of all".formatted(machine.cpuSingle(), machine.cpuAll()));
    output.line("features   " + String.join(" ", machine.cpuFeatures()));
    output.line(
        "memory     %s, copies %s/s"
            .formatted(size(machine.memoryBytes()), size(machine.memoryBandwidth())));
    MachineReport.Disk disk = machine.disk();
    output.line(
        "disk       %s, writes %s/s, reads %s/s, %d syncs/s"
            .formatted(
                size(disk.totalBytes()),
                size(disk.writeBytesPerSecond()),
                size(disk.readBytesPerSecond()),
                disk.syncsPerSecond()));
    output.line(
        "network    %s/s down, %s/s up, %.1f ms to the hub"
            .formatted(
                size(machine.downBytesPerSecond()),
                size(machine.upBytesPerSecond()),
                machine.hubRoundTripMicros() / 1000.0));
    for (MachineReport.Gpu gpu : machine.gpus()) {
      output.line(
          "gpu        %s, %s, driver %s"
              .formatted(gpu.name(), size(gpu.memoryBytes()), gpu.driver()));
    }
  }

  private static void status(Output output, HostStatus status) {
    output.line(
        "stored     %s in %d blocks, %s free"
            .formatted(size(status.storedBytes()), status.blocks(), size(status.freeBytes())));
    output.line(
        "moved      %s in, %s out".formatted(size(status.bytesIn()), size(status.bytesOut())));
    output.line(
        "load       processor %s, memory %s"
            .formatted(NodeTexts.percent(status.cpuPercent()), size(status.memoryUsedBytes())));
    output.line("instances  " + status.instances());
    output.line("takes new  " + (status.accepting() ? "yes" : "no, it is " + status.reason()));
  }

  private static String size(long bytes) {
    return new ByteSize(Math.max(0, bytes)).toString();
  }
}
