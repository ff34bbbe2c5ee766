package cloud.zansoc.compute.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.Commands;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInstance.State;
import cloud.zansoc.compute.engine.EngineInventory.Feature;
import cloud.zansoc.compute.engine.Specs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Instances that take all that they can get: a neighbour on the same host goes on working. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileInstanceTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("hostile".getBytes(StandardCharsets.UTF_8)));
  private static final ByteSize DISK = ByteSize.ofMebibytes(300);

  private final Random random = new Random();
  private DockerEngine engine;
  private InstanceId neighbour;

  @BeforeAll
  void connect() {
    engine = open(Optional.empty());
    BaseImage.loadInto(engine);
  }

  private static DockerEngine open(Optional<ByteSize> bandwidth) {
    return DockerEngine.connect(
        new DockerSettings(
            OWNER,
            Optional.of(DockerDaemon.shared().address()),
            Optional.empty(),
            List.of(),
            bandwidth));
  }

  @AfterAll
  void disconnect() {
    if (engine != null) {
      engine.removeNetwork();
      engine.close();
    }
  }

  @BeforeEach
  void startNeighbour() {
    neighbour = start(engine, "sleep", "3600");
  }

  @AfterEach
  void removeAll() {
    engine.instances().forEach(each -> engine.remove(each.id()));
  }

  private InstanceId start(DockerEngine by, String... command) {
    InstanceId id = InstanceId.random(random);
    InstanceSize size = new InstanceSize(500, Specs.SIZE.memory(), DISK, 0);
    by.create(Specs.of(id, BaseImage.NAME, Map.of(), List.of(), size, List.of(command)), Map.of());
    by.start(id);
    return id;
  }

  private void neighbourWorks() {
    assertThat(Commands.run(engine, neighbour, "sh", "-c", "echo a > /srv/b && cat /srv/b"))
        .isEqualTo(new Commands.Result("a\n", "", 0));
  }

  @Test
  void forkBomb_reachesItsLimitOfProcesses_neighbourWorks() {
    InstanceId bomb = start(engine, "bash", "-c", "bomb() { bomb | bomb & }; bomb; sleep 3600");

    // Whichever limit it meets first, processes or memory, it is held there.
    Await.until(
        "many processes, or its end",
        () -> engine.find(bomb).orElseThrow().state() == State.RUNNING ? processes(bomb) : -1,
        count -> count < 0 || count > 40);

    neighbourWorks();
    assertThat(processes(bomb)).isLessThanOrEqualTo((int) ContainerSettings.PROCESSES);
    engine.remove(bomb);
    neighbourWorks();
  }

  private int processes(InstanceId id) {
    try {
      return engine.statistics(id).processes();
    } catch (ZansocException e) {
      return -1; // It has ended meanwhile.
    }
  }

  @Test
  void processes_beyondTheLimit_cannotBeStarted() {
    InstanceId id = start(engine, "sleep", "3600");
    String limit =
        Commands.run(
                engine,
                id,
                "sh",
                "-c",
                "cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max")
            .stdout();
    assertThat(limit).isEqualTo(ContainerSettings.PROCESSES + "\n");
  }

  @Test
  void memoryHog_isKilled_neighbourWorks() {
    InstanceId hog = start(engine, "tail", "/dev/zero");

    EngineInstance ended =
        Await.until(
            "its end", () -> engine.find(hog).orElseThrow(), seen -> seen.state() == State.EXITED);

    assertThat(ended.memoryExceeded()).isTrue();
    neighbourWorks();
  }

  @Test
  void diskFiller_getsItsSizeOnly_neighbourWorks() {
    Assumptions.assumeTrue(
        engine.inventory().features().contains(Feature.DISK_LIMIT),
        "skipped: this engine does not enforce sizes (btrfs-progs is missing)");
    // What is removed must not make the file system forget to count.
    for (int number = 0; number < 3; number++) {
      InstanceId passing = start(engine, "sleep", "3600");
      Commands.run(engine, passing, "sh", "-c", "for i in $(seq 3000); do echo $i > /srv/$i; done");
      engine.remove(passing);
    }
    InstanceId filler = start(engine, "sleep", "3600");

    Commands.Result filled =
        Commands.run(
            engine,
            filler,
            "sh",
            "-c",
            "dd if=/dev/urandom of=/srv/full bs=1M count=1000; s=$?; sync; du -m /srv/full; exit $s");

    assertThat(filled.exitCode()).as(filled.toString()).isNotZero();
    assertThat(filled.stderr()).containsAnyOf("Disk quota exceeded", "No space left");
    assertThat(Integer.parseInt(filled.stdout().split("\t", 2)[0]))
        .isLessThanOrEqualTo((int) (DISK.bytes() >> 20));
    neighbourWorks();
  }

  @Test
  void processorHog_getsItsShareOnly_neighbourWorks() {
    InstanceId hog =
        start(engine, "sh", "-c", "for i in 1 2 3 4; do while :; do :; done & done; wait");
    Await.until(
        "a throttled processor",
        () ->
            Commands.run(
                    engine,
                    hog,
                    "sh",
                    "-c",
                    "cat /sys/fs/cgroup/cpu/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpu.stat")
                .stdout(),
        statistics -> statistics.matches("(?s).*nr_throttled [1-9].*"));
    neighbourWorks();
  }

  @Test
  void logFlood_keepsBoundedLogs_neighbourWorks() throws IOException {
    InstanceId flood =
        start(engine, "sh", "-c", "yes $(printf %01000d 0) | head -c 40000000; sleep 3600");
    Await.until(
        "the end of the flood",
        () -> Commands.run(engine, flood, "pgrep", "-x", "yes|head").exitCode(),
        code -> code == 1);
    try (InputStream logs = engine.logs(flood, false, -1, Optional.empty())) {
      // The bounds are of the engine's files, which say more of each line than the line.
      assertThat(logs.transferTo(OutputStream.nullOutputStream())).isLessThan(16 << 20);
    }
    neighbourWorks();
  }

  /**
   * Time is not asserted: a limit shows in the qdisc's count of what had to wait or was dropped.
   */
  @Test
  void bandwidthHog_isShaped_neighbourWorks() throws Exception {
    try (DockerEngine limiting = open(Optional.of(new ByteSize(4_000_000)))) {
      InstanceId hog =
          start(limiting, "socat", "-u", "TCP-LISTEN:7000,fork,reuseaddr", "OPEN:/dev/null,wronly");
      String address = Commands.run(engine, hog, "hostname", "-I").stdout().strip();
      Commands.Result links = Commands.run(engine, hog, "ip", "-o", "link");
      assertThat(links.stdout()).contains("received0");
      assertThat(address).isNotEmpty();
      String rules = tc(limiting, hog);
      assertThat(rules).contains("tbf").contains("rate 32Mbit");

      DockerDaemon.run(
          SystemCommand.join(
                  DockerDaemon.shared().inNamespace(),
                  "bash",
                  "-c",
                  "head -c 8000000 /dev/zero > /dev/tcp/" + address + "/7000")
              .toArray(String[]::new));

      assertThat(tc(limiting, hog)).containsPattern("overlimits [1-9]");
    }
    neighbourWorks();
  }

  private static String tc(DockerEngine engine, InstanceId id) {
    long process = engine.find(id).flatMap(EngineInstance::process).orElseThrow();
    return SystemCommand.run(
        List.of("nsenter", "--net=" + NetworkNamespace.of(process), "tc", "-s", "qdisc", "show"));
  }
}
