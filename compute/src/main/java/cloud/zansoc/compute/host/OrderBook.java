package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that a host keeps, one file each, and what it has promised by them. Thread-safe: all
 * changes are made one after the other on one thread, and are durable when a call returns.
 */
final class OrderBook {
  private static final String SUFFIX = ".instance";
  private static final Logger LOG = LoggerFactory.getLogger(OrderBook.class);

  private final DurableFiles files;
  private final Executor writer;
  private final Map<InstanceId, Kept> book = new ConcurrentHashMap<>();

  private OrderBook(DurableFiles files, Executor writer) {
    this.files = files;
    this.writer = writer;
  }

  /**
   * Opens the book that lies in a folder.
   *
   * @param writer runs one task at a time, in order
   */
  static OrderBook open(DurableFiles files, Executor writer) throws IOException {
    OrderBook book = new OrderBook(files, writer);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(files.folder(), "*" + SUFFIX)) {
      for (Path file : found) {
        String name = String.valueOf(file.getFileName());
        InstanceId id = InstanceId.parse(name.substring(0, name.length() - SUFFIX.length()));
        Kept kept = KeptFile.decode(id, Files.readAllBytes(file));
        if (kept instanceof Kept.Damaged damaged) {
          LOG.error("{}: {}; it waits for the hub's next order", file, damaged.reason());
        }
        book.book.put(id, kept);
      }
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "%s holds a file that is no instance's (%s): move it away"
              .formatted(files.folder(), e.getMessage()),
          e);
    }
    return book;
  }

  Optional<Kept> find(InstanceId id) {
    return Optional.ofNullable(book.get(id));
  }

  Collection<Kept> all() {
    return List.copyOf(book.values());
  }

  /** What all orders together need; what is being removed counts until it is gone. */
  Capacity promised() {
    return book.values().stream().map(OrderBook::needs).reduce(Amounts.NOTHING, Capacity::plus);
  }

  private static Capacity needs(Kept kept) {
    return switch (kept) {
      case Kept.Ordered ordered -> Amounts.of(ordered.order().spec());
      case Kept.Removed removed -> Amounts.NOTHING;
      case Kept.Damaged damaged -> Amounts.NOTHING;
    };
  }

  /**
   * Takes an order.
   *
   * @param lent what all instances together may have
   * @param admission called where the order would bring a new instance here; throws where the host
   *     takes none
   * @param now for what is removed at once
   * @throws ZansocException CONFLICT for an order older than what is kept; NO_SPACE
   */
  Kept accept(InstanceOrder order, Capacity lent, Runnable admission, Instant now) {
    return write(() -> {
      InstanceId id = order.spec().id();
      @Nullable Kept before = book.get(id);
      Kept after =
          switch (before) {
            case null -> first(order, lent, admission, now);
            case Kept.Damaged damaged -> first(order, lent, () -> {}, now);
            case Kept.Removed removed -> afterRemoval(removed, order, lent, admission, now);
            case Kept.Ordered ordered -> next(ordered, order, lent, admission);
          };
      put(after, before);
      return after;
    });
  }

  private Kept first(InstanceOrder order, Capacity lent, Runnable admission, Instant now) {
    if (order.wanted() == Wanted.REMOVED) {
      return new Kept.Removed(removedStatus(order, now));
    }
    admission.run();
    requireRoom(order, Optional.empty(), lent);
    return new Kept.Ordered(order, Optional.empty(), false);
  }

  private Kept afterRemoval(
      Kept.Removed removed, InstanceOrder order, Capacity lent, Runnable admission, Instant now) {
    InstanceStatus last = removed.last();
    if (order.generation() > last.generation()) {
      return first(order, lent, admission, now);
    }
    if (order.generation() == last.generation() && order.wanted() == Wanted.REMOVED) {
      return removed;
    }
    throw new ZansocException(
        ErrorCode.CONFLICT,
        "%s was removed here in generation %d; the order is of generation %d: give it a new one"
            .formatted(order.spec(), last.generation(), order.generation()));
  }

  private Kept next(Kept.Ordered kept, InstanceOrder order, Capacity lent, Runnable admission) {
    InstanceOrder before = kept.order();
    boolean newGeneration = order.generation() > before.generation();
    if (order.generation() < before.generation()
        || (!newGeneration && order.revision() < before.revision())) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%s is ordered here in generation %d, revision %d; an order of generation %d, revision %d is older"
              .formatted(
                  order.spec(),
                  before.generation(),
                  before.revision(),
                  order.generation(),
                  order.revision()));
    }
    if (!newGeneration && order.revision() == before.revision()) {
      return same(kept, order);
    }
    if (!newGeneration && before.wanted() == Wanted.REMOVED && order.wanted() != Wanted.REMOVED) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%s is being removed in generation %d: give it a new one"
              .formatted(order.spec(), before.generation()));
    }
    if (order.wanted() != Wanted.REMOVED) {
      if (newGeneration) {
        admission.run();
      }
      requireRoom(order, Optional.of(before), lent);
    }
    return kept.ordered(order);
  }

  private static Kept same(Kept.Ordered kept, InstanceOrder order) {
    if (!kept.order().equals(order)) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%s has another order with generation %d and revision %d: count the revision up"
              .formatted(order.spec(), order.generation(), order.revision()));
    }
    return kept;
  }

  /**
   * An order that needs no more than the one before is always taken; an order to remove is no
   * measure, since its size was never checked.
   */
  private void requireRoom(InstanceOrder order, Optional<InstanceOrder> before, Capacity lent) {
    Capacity wanted = Amounts.of(order.spec());
    Capacity had = before.map(known -> Amounts.of(known.spec())).orElse(Amounts.NOTHING);
    boolean checked = before.filter(known -> known.wanted() != Wanted.REMOVED).isPresent();
    if (checked && Amounts.isWithin(wanted, had)) {
      return;
    }
    Capacity others = promised().minus(had);
    String lacking = Amounts.lacking(others.plus(wanted), lent);
    if (!lacking.isEmpty()) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "this host has no room for %s: it lacks %s".formatted(order.spec(), lacking));
    }
  }

  /** Changes what is kept of an ordered instance; nothing where it is no longer that. */
  Optional<Kept.Ordered> note(InstanceId id, UnaryOperator<Kept.Ordered> change) {
    return write(() -> {
      if (!(book.get(id) instanceof Kept.Ordered before)) {
        return Optional.empty();
      }
      Kept.Ordered after = change.apply(before);
      put(after, before);
      return Optional.of(after);
    });
  }

  /**
   * Notes that nothing is left of an instance.
   *
   * @param carriedOut the order that was; nothing is noted where there is another by now
   */
  boolean remove(InstanceOrder carriedOut, InstanceStatus last) {
    return write(() -> {
      Kept before = book.get(last.id());
      if (!(before instanceof Kept.Ordered ordered) || !ordered.order().equals(carriedOut)) {
        return false;
      }
      put(new Kept.Removed(last), before);
      return true;
    });
  }

  /** Forgets an instance that was removed. */
  void forget(InstanceId id) {
    write(() -> {
      if (book.get(id) instanceof Kept.Removed) {
        io("forgetting", id, () -> files.delete(id + SUFFIX));
        book.remove(id);
      }
      return true;
    });
  }

  private void put(Kept after, @Nullable Kept before) {
    if (!after.equals(before)) {
      io("keeping", after.id(), () -> files.write(after.id() + SUFFIX, KeptFile.encode(after)));
      book.put(after.id(), after);
    }
  }

  static InstanceStatus removedStatus(InstanceOrder order, Instant now) {
    return new InstanceStatus(
        order.spec().id(),
        order.generation(),
        order.revision(),
        InstanceStatus.State.REMOVED,
        InstanceStatus.Health.UNKNOWN,
        "",
        now,
        0,
        Optional.empty(),
        0);
  }

  @FunctionalInterface
  private interface Io {
    void run() throws IOException;
  }

  private void io(String action, InstanceId id, Io io) {
    try {
      io.run();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "%s the order of instance %s in %s failed (%s): is the disk full or read-only?"
              .formatted(action, id, files.folder(), e.getMessage()),
          e);
    }
  }

  private <T> T write(Supplier<T> change) {
    try {
      return CompletableFuture.supplyAsync(change, writer).join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw e;
      }
    }
  }
}
