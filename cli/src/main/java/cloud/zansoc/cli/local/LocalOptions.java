package cloud.zansoc.cli.local;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The one local cloud that {@code up}, {@code down} and {@code status} work with. */
final class LocalOptions {
  private static final HostAddress API = new HostAddress("127.0.0.1", 7443);
  private static final HostAddress PEER = new HostAddress("127.0.0.1", 7444);

  private LocalOptions() {}

  /** The folder of the local cloud of a profile. */
  static Path folder(Profile profile) {
    return profile.folder().resolve("local-cloud");
  }

  /** The cloud with this many hosts. */
  static LocalCloud cloud(Profile profile, int hosts, ByteSize capacity) {
    return new LocalCloud(
        folder(profile), new LocalCloud.Settings(hosts, capacity, API, PEER, List.of()));
  }

  /** The ledger that its hub works with, if it has one. */
  static Optional<LedgerValues> ledger(Profile profile) {
    Path cloud = folder(profile);
    return LocalChain.values(cloud).or(() -> ExistingChain.values(cloud));
  }

  /** The cloud as it is on disk; with as many hosts as it was started with. */
  static LocalCloud existing(Profile profile) {
    Path hosts = folder(profile).resolve("hosts");
    int count = 1;
    if (Files.isDirectory(hosts)) {
      try (Stream<Path> folders = Files.list(hosts)) {
        count = (int) Math.max(1, folders.count());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return cloud(profile, count, ByteSize.ofGibibytes(20));
  }
}
