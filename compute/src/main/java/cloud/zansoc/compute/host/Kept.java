package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import java.util.Optional;

/** What a host keeps durably of one instance. */
sealed interface Kept {
  InstanceId id();

  /**
   * It is ordered, or its removal is and is not done yet.
   *
   * @param made what the engine's instance is made of; noted before it is made, so that there is
   *     none where this is empty
   * @param halted whether the host has ended its command, which is started again when it is wanted,
   *     whatever its restart policy says
   */
  record Ordered(InstanceOrder order, Optional<Made> made, boolean halted) implements Kept {
    @Override
    public InstanceId id() {
      return order.spec().id();
    }

    Ordered ordered(InstanceOrder newer) {
      return new Ordered(newer, made, halted);
    }

    Ordered made(Made now) {
      return new Ordered(order, Optional.of(now), halted);
    }

    Ordered halted(boolean now) {
      return new Ordered(order, made, now);
    }
  }

  /**
   * It was here, and nothing of it is left; remembered, so that an old order does not bring it
   * back.
   *
   * @param last what was said of it last
   */
  record Removed(InstanceStatus last) implements Kept {
    @Override
    public InstanceId id() {
      return last.id();
    }
  }

  /** Its file cannot be read. What there is of it waits for the hub's next order. */
  record Damaged(InstanceId id, String reason) implements Kept {}

  /**
   * What an engine's instance is made of.
   *
   * @param spec with the size that it has now
   */
  record Made(long generation, InstanceSpec spec) {
    /** Whether it is what {@code order} wants, but for limits that change while it runs. */
    boolean suits(InstanceOrder order) {
      InstanceSpec wanted = order.spec();
      InstanceSize size = wanted.size();
      return generation == order.generation()
          && spec.name().equals(wanted.name())
          && spec.image().equals(wanted.image())
          && spec.command().equals(wanted.command())
          && spec.environment().equals(wanted.environment())
          && spec.volumes().equals(wanted.volumes())
          && spec.size().disk().equals(size.disk())
          && spec.size().gpus() == size.gpus();
    }

    Made resized(InstanceSize size) {
      return new Made(generation, spec.resized(size));
    }
  }
}
