package cloud.zansoc.compute.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.UsageRequest;
import cloud.zansoc.compute.engine.InstanceStatistics;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters what instances use and signs it for the hub; one file for each instance, written before
 * anything is answered. Its monitor guards every field.
 */
final class UsageMeter {
  static final Duration LOOK = Duration.ofSeconds(30);
  private static final String SUFFIX = ".usage";
  private static final Logger LOG = LoggerFactory.getLogger(UsageMeter.class);

  private final DurableFiles files;
  private final KeeperParts parts;
  private final Map<InstanceId, MeteredUsage> metered = new HashMap<>();
  private final Map<InstanceId, Long> lookedAtNanos = new HashMap<>();

  UsageMeter(DurableFiles files, KeeperParts parts) {
    this.files = files;
    this.parts = parts;
  }

  /** Looks at an instance, and keeps what it has used. */
  synchronized void look(InstanceStatus status) {
    try {
      keep(status.id(), seen(status));
    } catch (IOException e) {
      LOG.warn("what instance {} uses cannot be written: {}", status.id(), e.getMessage());
    }
  }

  private MeteredUsage seen(InstanceStatus status) {
    InstanceId id = status.id();
    MeteredUsage before = metered(id, status.generation());
    long now = parts.clock().nanos();
    Duration passed = Duration.ofNanos(now - lookedAtNanos.getOrDefault(id, now));
    lookedAtNanos.put(id, now);
    Optional<InstanceStatistics> statistics =
        status.state() == InstanceStatus.State.RUNNING ? statistics(id) : Optional.empty();
    return before.seen(status, statistics, reserved(id), passed);
  }

  private Optional<InstanceStatistics> statistics(InstanceId id) {
    try {
      return Optional.of(parts.engine().statistics(id));
    } catch (ZansocException e) {
      return Optional.empty();
    }
  }

  private ByteSize reserved(InstanceId id) {
    return parts.book().find(id).orElse(null) instanceof Kept.Ordered ordered
        ? Amounts.of(ordered.order().spec()).disk()
        : new ByteSize(0);
  }

  private MeteredUsage metered(InstanceId id, long generation) {
    MeteredUsage known = metered.computeIfAbsent(id, this::read);
    return known.generation() == generation ? known : MeteredUsage.of(generation);
  }

  private MeteredUsage read(InstanceId id) {
    Path file = files.folder().resolve(id + SUFFIX);
    try {
      if (Files.exists(file)) {
        MeteredUsage kept = Json.read(Files.readAllBytes(file), MeteredUsage.class);
        if (kept.version() == MeteredUsage.VERSION) {
          return kept;
        }
      }
    } catch (IOException | ZansocException e) {
      LOG.warn("{} cannot be read, and is begun anew: {}", file, e.getMessage());
    }
    return MeteredUsage.of(-1);
  }

  private void keep(InstanceId id, MeteredUsage usage) throws IOException {
    files.write(id + SUFFIX, Json.write(usage));
    metered.put(id, usage);
  }

  /**
   * Signs what an instance has used; the same number again gives what was signed for it.
   *
   * @param status as it is seen now
   * @throws ZansocException CONFLICT where that number was signed otherwise, or a higher one
   */
  synchronized UsageReceipt.HostSigned sign(
      UsageRequest request, InstanceStatus status, UsageSigner signer) {
    if (status.generation() != request.generation()) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "instance %s is here in generation %d, not %d"
              .formatted(request.instance(), status.generation(), request.generation()));
    }
    MeteredUsage usage = seen(status);
    Optional<UsageReceipt.HostSigned> last =
        usage
            .signed()
            .map(text -> UsageReceipt.HostSigned.decode(Base64.getDecoder().decode(text)));
    UsageReceipt receipt =
        receipt(request, usage, last.map(UsageReceipt.HostSigned::receipt), signer);
    if (last.isPresent() && last.get().receipt().period().number() >= request.number()) {
      return again(last.get(), receipt);
    }
    UsageReceipt.HostSigned signed = receipt.sign(signer.key());
    try {
      keep(request.instance(), usage.signed(Base64.getEncoder().encodeToString(signed.encode())));
    } catch (IOException e) {
      throw notKept(e);
    }
    return signed;
  }

  private static UsageReceipt.HostSigned again(UsageReceipt.HostSigned last, UsageReceipt asked) {
    UsageReceipt known = last.receipt();
    if (!known.period().equals(asked.period())
        || !known.stay().equals(asked.stay())
        || known.used().downtimeSeconds() != asked.used().downtimeSeconds()) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "receipt %d of instance %s is signed, until %s"
              .formatted(known.period().number(), known.stay().instance(), known.period().until()));
    }
    return last;
  }

  /** Never more than the hub can have seen, and never less than was signed before. */
  private static UsageReceipt receipt(
      UsageRequest request, MeteredUsage usage, Optional<UsageReceipt> last, UsageSigner signer) {
    UsageReceipt.Used had = last.map(UsageReceipt::used).orElse(UsageReceipt.Used.NOTHING);
    UsageReceipt.Period period =
        new UsageReceipt.Period(request.number(), request.since(), request.until());
    Instant from = last.map(its -> its.period().until()).orElse(period.since());
    long seen =
        Duration.between(from, period.until()).toSeconds()
            - (request.downtimeSeconds() - had.downtimeSeconds());
    long most = had.runningSeconds() + Math.max(0, seen);
    long running = between(had.runningSeconds(), usage.runningSeconds(), most);
    return new UsageReceipt(
        signer.host(),
        signer.hub(),
        new UsageReceipt.Stay(
            request.instance(), request.generation(), request.lease(), request.onChain()),
        period,
        new UsageReceipt.Used(
            running,
            between(had.healthySeconds(), usage.healthySeconds(), running),
            request.downtimeSeconds(),
            Math.max(had.cpuMillis(), usage.cpuMillis()),
            Math.max(had.memoryMebibyteSeconds(), usage.memoryMebibyteSeconds()),
            Math.max(had.diskMebibyteSeconds(), usage.diskMebibyteSeconds()),
            Math.max(had.receivedBytes(), usage.receivedBytes()),
            Math.max(had.sentBytes(), usage.sentBytes())));
  }

  private static long between(long least, long value, long most) {
    return Math.max(least, Math.min(value, most));
  }

  /**
   * Keeps a receipt that the hub has signed too.
   *
   * @throws ZansocException WRONG_KEY where one of the signatures is somebody else's
   */
  synchronized void keep(UsageReceipt.Signed receipt, UsageSigner signer) {
    UsageReceipt.Stay stay = receipt.receipt().stay();
    MeteredUsage usage = metered(stay.instance(), stay.generation());
    String half = Base64.getEncoder().encodeToString(receipt.half().encode());
    if (!receipt.isSignedBy(signer.hubKey())
        || !receipt.receipt().host().equals(signer.host())
        || usage.signed().filter(half::equals).isEmpty()) {
      throw new ZansocException(
          ErrorCode.WRONG_KEY,
          "this is not the newest receipt of instance %s, signed by this host and its hub"
              .formatted(stay.instance()));
    }
    try {
      keep(stay.instance(), usage.receipted(Base64.getEncoder().encodeToString(receipt.encode())));
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  /** Nobody will ask about an instance any more. */
  synchronized void forget(InstanceId id) {
    metered.remove(id);
    lookedAtNanos.remove(id);
    try {
      files.delete(id + SUFFIX);
    } catch (IOException e) {
      LOG.warn("the usage of instance {} cannot be deleted: {}", id, e.getMessage());
    }
  }

  private ZansocException notKept(IOException failure) {
    return new ZansocException(
        ErrorCode.NO_SPACE,
        "a receipt cannot be kept in %s (%s): is the disk full or read-only?"
            .formatted(files.folder(), failure.getMessage()),
        failure);
  }
}
