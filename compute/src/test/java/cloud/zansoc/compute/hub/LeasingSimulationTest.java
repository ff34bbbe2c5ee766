package cloud.zansoc.compute.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hub, hosts and chain are killed, cut off and slowed down at random while clients change their
 * minds; when that ends, books, running instances and money agree. The seed replays.
 */
final class LeasingSimulationTest {
  private static final int HOSTS = 6;
  private static final int STEPS = 400;
  private static final List<SimulatedHost.Manner> MANNERS = List.of(SimulatedHost.Manner.values());

  /**
   * The hub dies at every write that a deployment, a move and a removal take, one after another.
   */
  @Test
  void hub_killedAtEachWrite_carriesOnFromWhatItHadWritten() {
    int killed = 0;
    for (int write = 0; write < 60; write++) {
      Simulation simulation = new Simulation(write, 4, true);
      simulation.writesToLive = write;
      Digest deployment = simulation.deploy(Simulation.web("shop", 2, Spread.HOSTS, true));
      simulation.seconds(30);
      SimulatedHost dead = hostOfFirst(simulation, deployment);
      dead.kill();
      simulation.seconds(130);
      dead.start();
      simulation.seconds(60);
      simulation.assertSettled();
      simulation.remove(deployment);
      simulation.seconds(60);
      if (simulation.restarts == 0) {
        simulation.writesToLive = -1;
      } else {
        killed++;
        simulation.seconds(60);
      }
      simulation.remove(deployment);
      simulation.seconds(150);
      simulation.assertEmpty(List.of(deployment));
    }
    assertThat(killed).as("writes at which the hub was killed").isGreaterThan(15);
  }

  private static SimulatedHost hostOfFirst(Simulation simulation, Digest deployment) {
    return simulation.store.book(deployment).orElseThrow().leases().stream()
        .findFirst()
        .map(lease -> simulation.host(lease.host()))
        .orElse(simulation.hosts.getFirst());
  }

  /** More with -Dseeds=N. */
  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("seeds", 12));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void faults_ofAllKindsAtRandom_leaveBooksInstancesAndMoneyInAgreement(long seed) {
    Simulation simulation = new Simulation(seed, HOSTS, seed % 4 != 0);
    Random random = simulation.random;
    List<Digest> deployments = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      deployments.add(
          simulation.deploy(
              Simulation.web(
                  "shop" + i,
                  1 + random.nextInt(3),
                  random.nextBoolean() ? Spread.HOSTS : Spread.NONE,
                  i > 0)));
    }
    for (int step = 0; step < STEPS; step++) {
      fault(simulation, random);
      if (random.nextInt(12) == 0) {
        wish(simulation, random, deployments.get(random.nextInt(deployments.size())));
      }
      simulation.seconds(1 + random.nextInt(8));
    }

    heal(simulation);
    for (Digest deployment : deployments) {
      simulation.scale(deployment, 2);
      simulation.want(deployment, "web-1", Instance.Wanted.RUNNING);
      simulation.seconds(1);
      simulation.want(deployment, "web-2", Instance.Wanted.RUNNING);
    }
    simulation.seconds(1500);
    simulation.assertSettled();

    deployments.forEach(simulation::remove);
    simulation.seconds(400);
    simulation.assertEmpty(deployments);
  }

  private static void fault(Simulation simulation, Random random) {
    SimulatedHost host = simulation.hosts.get(random.nextInt(HOSTS));
    switch (random.nextInt(14)) {
      case 0 -> {
        if (host.up) {
          host.kill();
        }
      }
      case 1, 2 -> {
        if (!host.up) {
          host.start();
        }
      }
      case 3 -> host.linked = false;
      case 4, 5 -> host.linked = true;
      case 6 -> simulation.writesToLive = random.nextInt(6);
      case 7 -> simulation.mining = false;
      case 8, 9 -> simulation.mining = true;
      case 10 -> host.manner = MANNERS.get(random.nextInt(MANNERS.size()));
      case 11 -> host.manner = SimulatedHost.Manner.HONEST;
      case 12 -> {
        if (random.nextBoolean()) {
          simulation.reclaim(host, Duration.ofSeconds(random.nextInt(60)));
        } else {
          host.wish = HostWatch.Wish.CLEAR;
        }
      }
      default -> simulation.resume(host);
    }
  }

  private static void wish(Simulation simulation, Random random, Digest deployment) {
    List<Instance> instances =
        simulation.store.book(deployment).orElseThrow().instances().stream()
            .filter(instance -> instance.wanted() != Instance.Wanted.REMOVED)
            .toList();
    if (instances.isEmpty()) {
      return;
    }
    String name = instances.get(random.nextInt(instances.size())).name();
    switch (random.nextInt(5)) {
      case 0 -> simulation.scale(deployment, 1 + random.nextInt(3));
      case 1 -> simulation.want(deployment, name, Instance.Wanted.STOPPED);
      case 2 -> simulation.want(deployment, name, Instance.Wanted.RUNNING);
      case 3 -> simulation.want(deployment, name, Instance.Wanted.RESTARTED);
      default ->
          simulation.resize(
              deployment,
              name,
              new InstanceSize(
                  500 * (1 + random.nextInt(3)),
                  ByteSize.ofGibibytes(1 + random.nextInt(2)),
                  ByteSize.ofGibibytes(1),
                  0));
    }
  }

  private static void heal(Simulation simulation) {
    simulation.mining = true;
    simulation.writesToLive = -1;
    for (SimulatedHost host : simulation.hosts) {
      if (!host.up) {
        host.start();
      }
      host.linked = true;
      host.manner = SimulatedHost.Manner.HONEST;
      host.wish = HostWatch.Wish.STAY;
      host.reclaimed = Optional.empty();
    }
    simulation.seconds(700);
  }
}
