package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.measure.MachineMeasurement;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import cloud.zansoc.host.measure.MeasureBudget;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What is to be measured.
 *
 * @param folder the host's data folder, with its identity; its disk is measured
 * @param reserve free space of that disk that is left alone
 * @param hub who must answer at {@code address}, to which the network is measured
 */
public record MeasureOrder(
    String folder, ByteSize reserve, PeerId hub, HostAddress address, MeasureBudget budget) {

  /** A machine that is measured has hardly time for its own connections. */
  private static final ApiClient.Patience PATIENCE =
      new ApiClient.Patience(Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(2));

  /**
   * Measures in this process; see {@link Measurer#measure}.
   *
   * @throws ZansocException what hindered it and what to do
   */
  public Measured carryOut(Consumer<String> progress) {
    HostFolder host = new HostFolder(Path.of(folder));
    Identity self = Identity.loadOrCreate(host.identity());
    try (ApiClient api = new ApiClient(self, hub, address, PATIENCE)) {
      return new MachineMeasurement(host.path(), reserve, budget, progress)
          .measure(new HubConnection(api));
    }
  }
}
