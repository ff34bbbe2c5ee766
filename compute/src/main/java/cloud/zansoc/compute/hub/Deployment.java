package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import java.time.Instant;
import java.util.Optional;

/**
 * A deployment as the hub keeps it.
 *
 * @param id also the number of the mandate that pays for it
 * @param tenant who owns it
 * @param account on the chain, that pays; none where the hub has no ledger
 * @param ends when it is removed by itself
 * @param rounds of leases that were planned so far: those of one round are opened together
 * @param trouble what stands in its way, for people; empty where nothing does
 * @param retryAt hosts are not looked for before
 */
public record Deployment(
    Digest id,
    String tenant,
    DeploymentSpec spec,
    State state,
    Optional<String> account,
    Instant created,
    Optional<Instant> ends,
    long rounds,
    String trouble,
    Instant retryAt) {
  /** What the hub does with it. */
  public enum State {
    /** Keeps it as its specification says. */
    ACTIVE,
    /** Removes all its instances. */
    REMOVING,
    /** Nothing of it is left but its bill. Its name is free. */
    REMOVED
  }

  /** The name that people use. */
  public String name() {
    return spec.name();
  }

  /** The service of this name. */
  public ServiceSpec service(String name) {
    return spec.services().stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no service " + name + " in " + this));
  }

  /** The same in another state; nothing is in the way of one that is removed. */
  public Deployment in(State other) {
    return new Deployment(
        id,
        tenant,
        spec,
        other,
        account,
        created,
        ends,
        rounds,
        other == State.ACTIVE ? trouble : "",
        retryAt);
  }

  /** The same with another specification. */
  public Deployment with(DeploymentSpec other) {
    return new Deployment(
        id, tenant, other, state, account, created, ends, rounds, trouble, retryAt);
  }

  /** The same after one more round. */
  public Deployment nextRound() {
    return new Deployment(
        id, tenant, spec, state, account, created, ends, rounds + 1, trouble, retryAt);
  }

  /** The same, with something in its way until it is tried again. */
  public Deployment troubled(String what, Instant retry) {
    return new Deployment(id, tenant, spec, state, account, created, ends, rounds, what, retry);
  }

  /** Leaves the specification out, which may hold secrets. */
  @Override
  public String toString() {
    return "deployment %s of %s (%s)".formatted(spec.name(), tenant, id.shortText());
  }
}
