package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.net.HostAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code host join} was asked for. What is left out stays as it was when the host joined
 * before, else it gets a default.
 *
 * @param hub where the hub's API listens
 * @param token the join token's text: a secret
 */
public record JoinRequest(
    HostAddress hub, String token, HostFolder folder, Wishes wishes, Mode mode) {

  /** How joining is done. */
  public enum Mode {
    /** Measure for nine seconds; a systemd service where there is systemd and root. */
    SERVICE,
    /** Measure for nine seconds; no service. */
    FOREGROUND,
    /** Measure for two seconds; no service. */
    QUICK;

    boolean isQuick() {
      return this == QUICK;
    }
  }

  /**
   * The owner's wishes.
   *
   * @param labels added to those there are
   */
  public record Wishes(
      Optional<String> name,
      Optional<ByteSize> capacity,
      Optional<Money> pricePerTbMonth,
      Map<String, String> labels,
      Optional<Schedule> schedule,
      NetworkWishes network,
      ComputeWishes compute) {
    /** None. */
    public static final Wishes NONE =
        new Wishes(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            NetworkWishes.NONE);

    public Wishes {
      labels = Map.copyOf(labels);
    }

    /** None about computing. */
    public Wishes(
        Optional<String> name,
        Optional<ByteSize> capacity,
        Optional<Money> pricePerTbMonth,
        Map<String, String> labels,
        Optional<Schedule> schedule,
        NetworkWishes network) {
      this(name, capacity, pricePerTbMonth, labels, schedule, network, ComputeWishes.NONE);
    }
  }

  /**
   * Wishes about the network.
   *
   * @param listen "address:port" (port 0: a free one), or "none" for the relay only
   */
  public record NetworkWishes(
      Optional<String> listen,
      Optional<HostAddress> advertised,
      Optional<ByteSize> upLimit,
      Optional<ByteSize> downLimit) {
    /** None. */
    public static final NetworkWishes NONE =
        new NetworkWishes(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether computing is lent. */
  public enum Lend {
    /** As before; a machine that joins for the first time lends it where it can. */
    WHERE_POSSIBLE,
    /** Yes, or joining fails. */
    YES,
    /** No. */
    NO
  }

  /**
   * Wishes about computing. One that is named wishes that computing is lent.
   *
   * @param engine as in {@link cloud.zansoc.host.HostConfiguration.Compute}
   */
  public record ComputeWishes(
      Lend lend,
      Optional<URI> engine,
      Optional<Integer> milliVcpus,
      Optional<ByteSize> memory,
      Optional<ByteSize> disk,
      Optional<Integer> gpus,
      PriceWishes prices,
      Optional<Duration> shortest,
      Optional<Duration> longest) {
    /** None. */
    public static final ComputeWishes NONE = only(Lend.WHERE_POSSIBLE);

    /** Nothing but whether it is lent. */
    public static ComputeWishes only(Lend lend) {
      return new ComputeWishes(
          lend,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          PriceWishes.NONE,
          Optional.empty(),
          Optional.empty());
    }

    boolean namesAny() {
      return !equals(only(lend));
    }
  }

  /** Wishes about prices, in the units of {@link cloud.zansoc.net.node.ComputeOffer.Prices}. */
  public record PriceWishes(
      Optional<Money> vcpu,
      Optional<Money> memory,
      Optional<Money> storage,
      Optional<Money> egress,
      Optional<Money> gpu) {
    /** None. */
    public static final PriceWishes NONE =
        new PriceWishes(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /** Names the hub and the folder; never the token. */
  @Override
  public String toString() {
    return "JoinRequest[hub=" + hub + ", folder=" + folder.path() + "]";
  }
}
