package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.net.HostAddress;
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
      NetworkWishes network) {
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

  /** Names the hub and the folder; never the token. */
  @Override
  public String toString() {
    return "JoinRequest[hub=" + hub + ", folder=" + folder.path() + "]";
  }
}
