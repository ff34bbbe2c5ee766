package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.host.ComputingCheck.Findings;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.join.JoinRequest.ComputeWishes;
import cloud.zansoc.host.join.JoinRequest.Lend;
import cloud.zansoc.host.join.JoinRequest.PriceWishes;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import cloud.zansoc.net.node.ComputeOffer.Prices;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what a host lends of computing: what was wished, what was before, and defaults, in this
 * order. Without a wish, a machine that joins for the first time offers what it can.
 */
final class ComputingChoice {
  /** The owner keeps the other half of memory and disk, and one thread. */
  private static final int DEFAULT_SHARE = 2;

  private static final int OWNERS_MILLI_VCPUS = 1000;
  private static final int LEAST_MILLI_VCPUS = 500;
  private static final ByteSize LEAST_MEMORY = ByteSize.ofMebibytes(512);
  private static final ByteSize LEAST_DISK = ByteSize.ofGibibytes(1);

  private final ComputeWishes wishes;
  private final Optional<Compute> before;
  private final boolean isFirst;

  /**
   * @param before the configuration that the data folder has
   */
  ComputingChoice(ComputeWishes wishes, Optional<HostConfiguration> before) {
    this.wishes = wishes;
    this.before = before.flatMap(HostConfiguration::compute);
    this.isFirst = before.isEmpty();
    if (wishes.lend() == Lend.NO && wishes.namesAny()) {
      throw refused("--no-compute goes with no other option of computing: leave one of them out");
    }
  }

  /**
   * What was decided.
   *
   * @param compute none: the host only stores
   * @param words what to tell the owner
   */
  record Decision(Optional<Compute> compute, String words) {}

  /** The engine to look at; none where nothing is to be lent. */
  Optional<URI> engine() {
    return mayLend() ? Optional.of(address()) : Optional.empty();
  }

  private boolean mayLend() {
    return wishes.lend() != Lend.NO && (isWished() || before.isPresent() || isFirst);
  }

  private boolean isWished() {
    return wishes.lend() == Lend.YES || wishes.namesAny();
  }

  /** The decision where {@link #engine} is none. */
  Decision none() {
    return new Decision(
        Optional.empty(),
        wishes.lend() == Lend.NO
            ? "no computing, as you wish"
            : "no computing, as before (--compute lends it)");
  }

  /**
   * The decision by what was found at the {@link #engine}.
   *
   * @param spare disk space that is left when storage is full
   * @throws ZansocException UNSUPPORTED where what was wished cannot be; INVALID_ARGUMENT
   */
  Decision by(Findings findings, ByteSize spare) {
    return switch (findings) {
      case Findings.Impossible(String why) -> impossible(why);
      case Findings.Possible possible -> lend(possible.engine(), spare);
    };
  }

  private Decision impossible(String why) {
    if (isWished()) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "this machine cannot lend computing: %s. With --no-compute it lends storage alone"
              .formatted(why));
    }
    return new Decision(
        before,
        before.isPresent()
            ? "as before, but nothing can run now: " + why
            : "no computing: %s. Join again with --compute when that is done".formatted(why));
  }

  private Decision lend(EngineInventory engine, ByteSize spare) {
    Capacity lent =
        new Capacity(
            value(wishes.milliVcpus(), Capacity::milliVcpus, milliVcpus(engine)),
            value(wishes.memory(), Capacity::memory, half(engine.memory())),
            value(wishes.disk(), Capacity::disk, half(disk(engine, spare))),
            value(wishes.gpus(), Capacity::gpus, engine.gpus().size()));
    requireThere(lent, engine, spare);
    Optional<String> lack = lack(lent);
    if (lack.isPresent()) {
      return impossible(lack.get());
    }
    Compute compute = compute(lent);
    return new Decision(Optional.of(compute), words(compute, engine));
  }

  private Compute compute(Capacity lent) {
    Duration shortest =
        wishes.shortest().or(() -> before.map(Compute::shortest)).orElse(Compute.DEFAULT_SHORTEST);
    Optional<Duration> longest = wishes.longest().or(() -> before.flatMap(Compute::longest));
    if (longest.filter(end -> end.compareTo(shortest) < 0).isPresent()) {
      throw refused(
          "--longest %s is less than --shortest %s: no lease could last so long"
              .formatted(Durations.text(longest.get()), Durations.text(shortest)));
    }
    return new Compute(
        address(),
        lent,
        prices(before.map(Compute::prices).orElse(Compute.DEFAULT_PRICES)),
        shortest,
        longest,
        before.flatMap(Compute::chain));
  }

  private URI address() {
    return wishes.engine().or(() -> before.map(Compute::engine)).orElse(Compute.DEFAULT_ENGINE);
  }

  private <T> T value(Optional<T> wish, Function<Capacity, T> part, T byDefault) {
    return wish.or(() -> before.map(Compute::capacity).map(part)).orElse(byDefault);
  }

  private Prices prices(Prices usual) {
    PriceWishes wished = wishes.prices();
    return new Prices(
        wished.vcpu().orElse(usual.vcpuHour()),
        wished.memory().orElse(usual.memoryHour()),
        wished.storage().orElse(usual.storageMonth()),
        wished.egress().orElse(usual.egress()),
        wished.gpu().orElse(usual.gpuHour()));
  }

  private static int milliVcpus(EngineInventory engine) {
    return Math.max(
        engine.milliVcpus() - OWNERS_MILLI_VCPUS,
        Math.min(OWNERS_MILLI_VCPUS, engine.milliVcpus()));
  }

  private static ByteSize half(ByteSize size) {
    return new ByteSize(size.bytes() / DEFAULT_SHARE);
  }

  /**
   * Volumes lie in the data folder, root file systems with the engine, whose disk may be another.
   */
  private static ByteSize disk(EngineInventory engine, ByteSize spare) {
    boolean known = engine.disk().bytes() > 0;
    return known && engine.disk().compareTo(spare) < 0 ? engine.disk() : spare;
  }

  private void requireThere(Capacity lent, EngineInventory engine, ByteSize spare) {
    if (wishes.milliVcpus().isPresent() && lent.milliVcpus() > engine.milliVcpus()) {
      throw tooMuch("--cpus", vcpus(lent.milliVcpus()), vcpus(engine.milliVcpus()));
    }
    if (wishes.memory().isPresent() && lent.memory().compareTo(engine.memory()) > 0) {
      throw tooMuch("--memory", lent.memory(), engine.memory());
    }
    if (wishes.disk().isPresent() && lent.disk().compareTo(spare) > 0) {
      throw tooMuch("--disk", lent.disk(), spare + " beside what it stores");
    }
    if (wishes.gpus().isPresent() && lent.gpus() > engine.gpus().size()) {
      throw tooMuch("--gpus", lent.gpus(), engine.gpus().size() + " that nvidia-smi finds");
    }
  }

  private static ZansocException tooMuch(String option, Object wished, Object there) {
    return refused("%s %s: this machine has %s; lend no more".formatted(option, wished, there));
  }

  /** Less than this serves nobody. */
  private static Optional<String> lack(Capacity lent) {
    if (lent.milliVcpus() < LEAST_MILLI_VCPUS) {
      return Optional.of(
          "%s vCPUs are too few, of which computing takes %s (--cpus)"
              .formatted(vcpus(lent.milliVcpus()), vcpus(LEAST_MILLI_VCPUS)));
    }
    if (lent.memory().compareTo(LEAST_MEMORY) < 0) {
      return Optional.of(
          "%s of memory are too little, of which computing takes %s (--memory)"
              .formatted(lent.memory(), LEAST_MEMORY));
    }
    if (lent.disk().compareTo(LEAST_DISK) < 0) {
      return Optional.of(
          "%s of disk beside storage are too little, of which computing takes %s: lend less storage (--capacity), or name it (--disk)"
              .formatted(lent.disk(), LEAST_DISK));
    }
    return Optional.empty();
  }

  private static String words(Compute compute, EngineInventory engine) {
    Capacity lent = compute.capacity();
    Prices prices = compute.prices();
    return "%s %s, %s vCPUs, %s of memory, %s of disk%s; asked are %s for a vCPU and hour, %s for a GB of memory and hour"
        .formatted(
            engine.name(),
            engine.version(),
            vcpus(lent.milliVcpus()),
            lent.memory(),
            lent.disk(),
            lent.gpus() == 0 ? "" : ", %d graphics cards".formatted(lent.gpus()),
            prices.vcpuHour(),
            prices.memoryHour());
  }

  private static String vcpus(int thousandths) {
    return HostConfigurationFile.formatVcpus(thousandths);
  }

  private static ZansocException refused(String message) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
