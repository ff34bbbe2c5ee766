package cloud.zansoc.host.measure;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.GraphicsCard;
import cloud.zansoc.compute.engine.GraphicsCards;
import cloud.zansoc.net.node.MachineReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures this machine, part after part, each within its budget. */
public final class MachineMeasurement {
  private final Path folder;
  private final ByteSize reserve;
  private final MeasureBudget budget;
  private final Consumer<String> progress;

  /**
   * @param folder whose disk is measured; it exists and can be written
   * @param reserve free space of that disk that is left alone
   * @param progress told the name of each part as it begins, on the measuring thread
   */
  public MachineMeasurement(
      Path folder, ByteSize reserve, MeasureBudget budget, Consumer<String> progress) {
    this.folder = folder;
    this.reserve = reserve;
    this.budget = budget;
    this.progress = progress;
  }

  /**
   * What was measured.
   *
   * @param quick it was done in a hurry
   * @param notes what could not be found out or is less exact than it should be, for people
   */
  public record Measured(MachineReport report, boolean quick, List<String> notes) {
    public Measured {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Measures; blocks for about the sum of the budget.
   *
   * @throws ZansocException NO_SPACE; what {@code hub} throws; INTERNAL where the disk fails
   */
  public Measured measure(HubProbe hub) {
    progress.accept("system");
    SystemFacts facts = SystemFacts.read();
    List<String> notes = new ArrayList<>(facts.missing());
    progress.accept("processor");
    ProcessorScore.warmUp(budget.warmUp());
    long single = ProcessorScore.single(budget.processor());
    long all = ProcessorScore.allThreads(facts.vcpus(), budget.processor());
    progress.accept("memory");
    long copied = MemoryScore.copyBytesPerSecond(budget.memory());
    progress.accept("disk");
    MachineReport.Disk disk = disk(notes);
    progress.accept("network");
    long roundTrip = NetworkScore.roundTripMicros(hub);
    long down = NetworkScore.bytesPerSecond(hub::download, budget.network());
    long up = NetworkScore.bytesPerSecond(hub::upload, budget.network());
    progress.accept("graphics cards");
    List<MachineReport.Gpu> cards =
        GraphicsCards.find(notes).stream().map(GraphicsCard::gpu).toList();
    return new Measured(
        new MachineReport(
            facts.os(),
            facts.kernel(),
            facts.architecture(),
            facts.processor().model(),
            facts.vcpus(),
            single,
            all,
            facts.processor().features(),
            facts.memoryBytes(),
            copied,
            disk,
            down,
            up,
            roundTrip,
            cards),
        budget.quick(),
        notes);
  }

  private MachineReport.Disk disk(List<String> notes) {
    try {
      return new DiskScore(folder, reserve, budget).measure(notes);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "measuring the disk of %s failed (%s): check the disk, or choose another folder with"
                  .formatted(folder, e.getMessage())
              + " --data",
          e);
    }
  }
}
