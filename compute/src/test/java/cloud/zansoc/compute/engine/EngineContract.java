package cloud.zansoc.compute.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.TerminalSize;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.engine.EngineInstance.State;
import cloud.zansoc.compute.engine.EngineInventory.Feature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Engine} does.
 *
 * <p>Whatever runs instances must know these commands and no others, word for word, so that a fake
 * can pass: {@code sleep 3600}, {@code cat}, {@code cat FILE}, {@code echo WORDS}, {@code
 * hostname}, {@code no-such-command} (which must be missing), the {@code sh -c} scripts below, and
 * the two that a subclass may replace: {@link #echoServer} and {@link #memoryHog}.
 */
public abstract class EngineContract {
  /** Ends by itself. */
  public static final List<String> EXIT_3 = List.of("sh", "-c", "exit 3");

  /** Writes to both outputs. */
  public static final List<String> BOTH_OUTPUTS =
      List.of("sh", "-c", "echo to stdout; echo to stderr >&2");

  /** Writes what the environment says. */
  public static final List<String> GREETING = List.of("sh", "-c", "echo $GREETING");

  /** Writes three lines, and goes on. */
  public static final List<String> THREE_LINES =
      List.of("sh", "-c", "echo one; echo two; echo three; sleep 3600");

  /** Answers each line with the size of its terminal: rows and columns. */
  public static final List<String> TERMINAL_SIZES =
      List.of("sh", "-c", "while read line; do stty size; done");

  private static final List<String> SLEEP = List.of("sleep", "3600");
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int PORT = 7000;
  private static final int MEBIBYTE = 1 << 20;
  private static final long SEED = new Random().nextLong();

  private final Random random = new Random(SEED);
  private final List<InstanceId> made = new ArrayList<>();

  /** The engine under test. */
  protected abstract Engine engine();

  /** Another object for the same instances, as after a restart of the agent; closed by the test. */
  protected abstract Engine reopened();

  /** A small image that is here, in which the commands run. */
  protected abstract String image();

  /** What an engine, through no fault of ours, does worse than the suite asks. */
  public enum Gap {
    /** It does not tell that an instance ended for want of memory. */
    WANT_OF_MEMORY,
    /** Its statistics name the limit of memory that an instance was made with. */
    RESIZED_LIMIT,
    /** A command that ends before it has read its input may lose its output. */
    UNREAD_INPUT,
    /** Its statistics come seconds late, and count no processes. */
    LATE_STATISTICS,
    /** The end of one direction of a connection to a port is not passed on. */
    HALF_CLOSE,
    /** A log that is followed comes when it has ended. */
    FOLLOWED_LOG
  }

  /** What this engine is known to do worse; the checks of it are skipped, and counted. */
  protected Set<Gap> gaps() {
    return Set.of();
  }

  private void needsNo(Gap gap) {
    Assumptions.assumeFalse(gaps().contains(gap), "skipped: a known gap of this engine, " + gap);
  }

  /** A command that accepts connections at {@code port} and sends back what comes. */
  protected List<String> echoServer(int port) {
    return List.of("socat", "TCP-LISTEN:" + port + ",fork,reuseaddr", "EXEC:cat");
  }

  /** A command that takes memory until it is killed for it. */
  protected List<String> memoryHog() {
    return List.of("tail", "/dev/zero");
  }

  @AfterEach
  final void removeInstances() {
    made.forEach(engine()::remove);
  }

  @Test
  void create_twice_staysAsItIs() {
    InstanceId id = create(SLEEP);

    engine().create(Specs.of(id, image(), "cat"), Map.of());

    assertThat(engine().find(id).orElseThrow().state()).isEqualTo(State.CREATED);
    assertThat(engine().instances().stream().filter(found -> found.id().equals(id))).hasSize(1);
    engine().start(id);
    assertThat(state(id)).isEqualTo(State.RUNNING);
  }

  @Test
  void create_imageThatIsNotHere_notFound() {
    InstanceId id = newId();
    refuses(
        ErrorCode.NOT_FOUND,
        "example/none:1",
        () -> engine().create(Specs.of(id, "example/none:1", "cat"), Map.of()));
    assertThat(engine().find(id)).isEmpty();
  }

  @Test
  void start_twice_staysAsItIs() {
    InstanceId id = start(SLEEP);
    EngineInstance first = engine().find(id).orElseThrow();

    engine().start(id);

    assertThat(engine().find(id)).contains(first);
    assertThat(first.state()).isEqualTo(State.RUNNING);
    assertThat(first.started()).isPresent();
    assertThat(first.process().isPresent()).isEqualTo(has(Feature.LOCAL_PROCESSES));
  }

  @Test
  void start_commandThatIsNotInTheImage_invalidArgumentAndDoesNotRun() {
    InstanceId id = create(List.of("no-such-command"));

    refuses(ErrorCode.INVALID_ARGUMENT, "no-such-command", () -> engine().start(id));

    assertThat(state(id)).isIn(State.CREATED, State.EXITED);
  }

  @Test
  void start_commandThatEndsByItself_exitCodeIsKnownAndItCanRunAgain() {
    InstanceId id = start(EXIT_3);
    EngineInstance ended = awaitExit(id);
    assertThat(ended.exitCode()).contains(3);
    assertThat(ended.memoryExceeded()).isFalse();
    assertThat(ended.process()).isEmpty();

    engine().start(id);

    EngineInstance again =
        Await.until(
            "a second end",
            () -> engine().find(id).orElseThrow(),
            seen ->
                seen.state() == State.EXITED
                    && seen.started().orElseThrow().isAfter(ended.started().orElseThrow()));
    assertThat(again.exitCode()).contains(3);
  }

  @Test
  void start_moreMemoryThanItGets_endsForWantOfMemory() {
    InstanceId id = start(memoryHog());

    EngineInstance ended = awaitExit(id);

    assertThat(ended.exitCode()).isPresent();
    assertThat(ended.exitCode()).isNotEqualTo(Optional.of(0));
    needsNo(Gap.WANT_OF_MEMORY);
    assertThat(ended.memoryExceeded()).isTrue();
  }

  @Test
  void start_withEnvironment_commandSeesIt() {
    InstanceId id = newId();
    engine()
        .create(
            Specs.of(id, image(), Map.of("GREETING", "good day"), List.of(), Specs.SIZE, GREETING),
            Map.of());

    engine().start(id);

    Await.until("its greeting", () -> logs(id, -1), "good day\n"::equals);
  }

  @Test
  void stop_twice_staysExited() {
    InstanceId id = start(SLEEP);

    engine().stop(id, GRACE);
    EngineInstance first = engine().find(id).orElseThrow();
    engine().stop(id, GRACE);

    assertThat(first.state()).isEqualTo(State.EXITED);
    assertThat(first.exitCode()).isPresent();
    assertThat(engine().find(id)).contains(first);
  }

  @Test
  void stop_thatNeverRan_staysAsItIs() {
    InstanceId id = create(SLEEP);
    engine().stop(id, GRACE);
    assertThat(state(id)).isEqualTo(State.CREATED);
  }

  @Test
  void pause_twiceAndUnpauseTwice_goesOnWithTheSameProcess() {
    needs(Feature.PAUSE);
    InstanceId id = start(SLEEP);
    Optional<Long> process = engine().find(id).orElseThrow().process();

    engine().pause(id);
    engine().pause(id);
    assertThat(state(id)).isEqualTo(State.PAUSED);
    engine().unpause(id);
    engine().unpause(id);

    assertThat(state(id)).isEqualTo(State.RUNNING);
    assertThat(engine().find(id).orElseThrow().process()).isEqualTo(process);
  }

  @Test
  void stop_whilePaused_exits() {
    needs(Feature.PAUSE);
    InstanceId id = start(SLEEP);
    engine().pause(id);

    engine().stop(id, GRACE);

    assertThat(state(id)).isEqualTo(State.EXITED);
  }

  @Test
  void remove_runningAndTwice_isGone() {
    InstanceId id = start(SLEEP);

    engine().remove(id);
    engine().remove(id);

    assertThat(engine().find(id)).isEmpty();
    assertThat(engine().instances()).noneMatch(found -> found.id().equals(id));
  }

  @Test
  void remove_whilePaused_isGone() {
    needs(Feature.PAUSE);
    InstanceId id = start(SLEEP);
    engine().pause(id);

    engine().remove(id);

    assertThat(engine().find(id)).isEmpty();
  }

  @Test
  void instances_afterARestart_areFoundAndGoOn() throws Exception {
    InstanceId running = start(SLEEP);
    InstanceId created = create(SLEEP);
    EngineInstance before = engine().find(running).orElseThrow();

    try (Engine again = reopened()) {
      assertThat(again.find(running)).contains(before);
      assertThat(again.instances().stream().map(EngineInstance::id)).contains(running, created);
      assertThat(Commands.run(again, running, "echo", "still here").stdout())
          .isEqualTo("still here\n");
      again.stop(running, GRACE);
    }

    assertThat(state(running)).isEqualTo(State.EXITED);
  }

  @Test
  void everything_ofAnInstanceThatIsNotThere_notFound() {
    InstanceId id = newId();
    assertThat(engine().find(id)).isEmpty();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> engine().start(id),
            () -> engine().stop(id, GRACE),
            () -> engine().pause(id),
            () -> engine().unpause(id),
            () -> engine().resize(id, Specs.SIZE),
            () -> engine().exec(id, Commands.request("cat")),
            () -> engine().connect(id, PORT),
            () -> engine().logs(id, false, -1, Optional.empty()),
            () -> engine().statistics(id),
            () -> engine().copyIn(id, "/", Tar.of(Map.of("a", "b"))),
            () -> engine().copyOut(id, "/etc"))) {
      refuses(ErrorCode.NOT_FOUND, id.toString(), call);
    }
  }

  @Test
  void exec_ofAnInstanceThatDoesNotRun_conflict() {
    InstanceId id = create(SLEEP);
    refuses(ErrorCode.CONFLICT, id.toString(), () -> engine().exec(id, Commands.request("cat")));
  }

  @Test
  void exec_withoutTerminal_givesBothOutputsAndTheExitCode() throws Exception {
    InstanceId id = start(SLEEP);

    assertThat(Commands.run(engine(), id, "echo", "a", "b c"))
        .isEqualTo(new Commands.Result("a b c\n", "", 0));
    assertThat(Commands.run(engine(), id, BOTH_OUTPUTS.toArray(String[]::new)))
        .isEqualTo(new Commands.Result("to stdout\n", "to stderr\n", 0));
    assertThat(Commands.run(engine(), id, EXIT_3.toArray(String[]::new)))
        .isEqualTo(new Commands.Result("", "", 3));
  }

  @Test
  void exec_commandThatIsNotInTheImage_exits126Or127() throws Exception {
    InstanceId id = start(SLEEP);
    assertThat(Commands.run(engine(), id, "no-such-command").exitCode()).isIn(126, 127);
  }

  @Test
  void exec_withEnvironment_commandSeesIt() throws Exception {
    InstanceId id = start(SLEEP);
    ExecRequest request = new ExecRequest(GREETING, Map.of("GREETING", "hello"), Optional.empty());
    assertThat(Commands.run(engine(), id, request, new byte[0]).stdout()).isEqualTo("hello\n");
  }

  @Test
  void exec_inAnInstance_hostNameIsItsName() throws Exception {
    InstanceId id = start(SLEEP);
    assertThat(Commands.run(engine(), id, "hostname").stdout()).isEqualTo("web-1\n");
  }

  @Test
  void exec_mebibyteThroughCat_comesBackWhole() throws Exception {
    InstanceId id = start(SLEEP);
    byte[] content = new byte[MEBIBYTE];
    random.nextBytes(content);
    ByteArrayOutputStream back = new ByteArrayOutputStream();

    try (ExecSession session = engine().exec(id, Commands.request("cat"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing = threads.submit(() -> Commands.write(session.stdin(), content));
      session.stdout().transferTo(back);
      writing.get();
      assertThat(session.awaitExit()).isZero();
    }

    assertThat(back.toByteArray()).as("seed %d", SEED).isEqualTo(content);
  }

  @Test
  void exec_inputThatIsNotRead_endsWithTheCommand() throws Exception {
    needsNo(Gap.UNREAD_INPUT);
    InstanceId id = start(SLEEP);
    assertThat(Commands.run(engine(), id, Commands.request("echo", "done"), new byte[16]).stdout())
        .isEqualTo("done\n");
  }

  @Test
  void exec_severalAtOnce_eachHasItsOwnOutput() throws Exception {
    InstanceId id = start(SLEEP);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Commands.Result>> results = new ArrayList<>();
      for (int number = 0; number < 8; number++) {
        String word = "word" + number;
        results.add(threads.submit(() -> Commands.run(engine(), id, "echo", word)));
      }
      for (int number = 0; number < 8; number++) {
        assertThat(results.get(number).get().stdout()).isEqualTo("word" + number + "\n");
      }
    }
  }

  @Test
  void exec_closedBeforeItsEnd_commandIsEnded() throws Exception {
    needsNo(Gap.LATE_STATISTICS);
    InstanceId id = start(SLEEP);
    ExecSession session = engine().exec(id, Commands.request("cat"));
    session.stdin().write('x');
    session.stdin().flush();
    assertThat(session.stdout().read()).isEqualTo('x');
    int during = engine().statistics(id).processes();

    session.close();

    Await.until(
        "fewer processes than " + during,
        () -> engine().statistics(id).processes(),
        processes -> processes < during);
  }

  @Test
  void exec_withTerminal_hasItsSizeAndFollowsResizes() throws Exception {
    InstanceId id = start(SLEEP);
    ExecRequest request =
        new ExecRequest(TERMINAL_SIZES, Map.of(), Optional.of(new TerminalSize(91, 33)));
    try (ExecSession session = engine().exec(id, request)) {
      awaitSize(session, "33 91");
      session.resize(new TerminalSize(120, 50));
      awaitSize(session, "50 120");
      session.stdin().write(4);
      session.stdin().flush();
      assertThat(session.awaitExit()).isZero();
    }
  }

  /** Sends lines until one is answered with {@code size}: a new size takes a moment to arrive. */
  private static void awaitSize(ExecSession session, String size) throws IOException {
    StringBuilder seen = new StringBuilder();
    byte[] buffer = new byte[256];
    while (!seen.toString().contains(size)) {
      session.stdin().write('\n');
      session.stdin().flush();
      int count = session.stdout().read(buffer);
      assertThat(count).as("seen so far: " + seen).isPositive();
      seen.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
    }
  }

  @Test
  void connect_portThatListens_carriesBothWays() throws Exception {
    InstanceId id = start(echoServer(PORT));
    try (PortConnection connection = awaitPort(id)) {
      connection.output().write("ping".getBytes(StandardCharsets.UTF_8));
      connection.output().flush();
      assertThat(connection.input().readNBytes(4)).asString().isEqualTo("ping");
      needsNo(Gap.HALF_CLOSE);
      connection.shutdownOutput();
      assertThat(connection.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void connect_portWhereNothingListens_unreachable() {
    InstanceId id = start(SLEEP);
    refuses(ErrorCode.UNREACHABLE, "7000", () -> engine().connect(id, PORT).close());
  }

  @Test
  void logs_withAndWithoutTail_giveTheLinesInOrder() {
    InstanceId id = start(THREE_LINES);
    Await.until("three lines", () -> logs(id, -1), "one\ntwo\nthree\n"::equals);
    assertThat(logs(id, 1)).isEqualTo("three\n");
    assertThat(logs(id, 0)).isEmpty();
  }

  @Test
  void logs_sinceAMoment_leaveOutWhatWasBefore() throws IOException {
    InstanceId id = start(THREE_LINES);
    Await.until("three lines", () -> logs(id, -1), "one\ntwo\nthree\n"::equals);
    Instant started = engine().find(id).orElseThrow().started().orElseThrow();
    try (InputStream all = engine().logs(id, false, -1, Optional.of(started.minusSeconds(60)))) {
      assertThat(all.readAllBytes()).asString().isEqualTo("one\ntwo\nthree\n");
    }
    try (InputStream none = engine().logs(id, false, -1, Optional.of(started.plusSeconds(3600)))) {
      assertThat(none.readAllBytes()).isEmpty();
    }
  }

  @Test
  void logs_followed_goOnUntilTheInstanceEnds() throws Exception {
    needsNo(Gap.FOLLOWED_LOG);
    InstanceId id = start(THREE_LINES);
    try (InputStream logs = engine().logs(id, true, -1, Optional.empty())) {
      assertThat(logs.readNBytes(14)).asString().isEqualTo("one\ntwo\nthree\n");
      engine().stop(id, GRACE);
      assertThat(logs.read()).isEqualTo(-1);
    }
  }

  @Test
  void logs_afterTheEnd_areKept() {
    InstanceId id = start(BOTH_OUTPUTS);
    awaitExit(id);
    assertThat(logs(id, -1)).contains("to stdout\n", "to stderr\n");
  }

  @Test
  void statistics_ofARunningInstance_sayWhatItUses() {
    InstanceId id = start(SLEEP);

    InstanceStatistics statistics = engine().statistics(id);

    assertThat(statistics.memoryLimit()).isEqualTo(Specs.SIZE.memory());
    needsNo(Gap.LATE_STATISTICS);
    assertThat(statistics.memory()).isGreaterThan(new ByteSize(0));
    assertThat(statistics.memory()).isLessThan(Specs.SIZE.memory());
    assertThat(statistics.cpuTime()).isGreaterThanOrEqualTo(Duration.ZERO);
    assertThat(statistics.processes()).isPositive();
    assertThat(statistics.diskWritten()).isGreaterThanOrEqualTo(new ByteSize(0));
  }

  @Test
  void resize_whileRunning_changesLimitsOfTheSameProcess() {
    InstanceId id = start(SLEEP);
    Optional<Long> process = engine().find(id).orElseThrow().process();
    for (int mebibytes : new int[] {128, 32}) {
      InstanceSize size =
          new InstanceSize(250, ByteSize.ofMebibytes(mebibytes), Specs.SIZE.disk(), 0);

      engine().resize(id, size);
      engine().resize(id, size);

      assertThat(engine().find(id).orElseThrow().process()).isEqualTo(process);
      needsNo(Gap.RESIZED_LIMIT);
      assertThat(engine().statistics(id).memoryLimit()).isEqualTo(size.memory());
    }
  }

  @Test
  void copyIn_foldersAndFiles_areThereAndComeBack() throws Exception {
    InstanceId id = start(SLEEP);

    engine().copyIn(id, "/srv", Tar.of(Map.of("folder/a", "first\n", "folder/b", "second\n")));

    assertThat(Commands.run(engine(), id, "cat", "/srv/folder/a").stdout()).isEqualTo("first\n");
    try (InputStream tar = engine().copyOut(id, "/srv/folder")) {
      assertThat(Tar.files(tar)).isEqualTo(Map.of("folder/a", "first\n", "folder/b", "second\n"));
    }
    try (InputStream tar = engine().copyOut(id, "/srv/folder/b")) {
      assertThat(Tar.files(tar)).isEqualTo(Map.of("b", "second\n"));
    }
  }

  @Test
  void copyOut_readNoFurther_isLetGoAtOnce() throws Exception {
    InstanceId id = start(SLEEP);
    for (int i = 0; i < 5; i++) {
      try (InputStream tar = engine().copyOut(id, "/etc")) {
        assertThat(tar.read()).isNotNegative();
      }
    }
    assertThat(Commands.run(engine(), id, "hostname").exitCode()).isZero();
  }

  @Test
  void copy_pathThatIsNotThere_notFound() {
    InstanceId id = start(SLEEP);
    refuses(ErrorCode.NOT_FOUND, "/no/such", () -> engine().copyOut(id, "/no/such").close());
    refuses(
        ErrorCode.NOT_FOUND,
        "/no/such",
        () -> engine().copyIn(id, "/no/such", Tar.of(Map.of("a", "b"))));
  }

  @Test
  void create_withVolume_folderOfTheHostIsThere(@TempDir Path folder) throws Exception {
    needs(Feature.LOCAL_PROCESSES);
    Files.writeString(folder.resolve("greeting"), "from the host\n");
    InstanceId id = newId();
    VolumeMount mount =
        new VolumeMount("data", "/data", ByteSize.ofMebibytes(1), Duration.ofSeconds(10));
    engine()
        .create(
            Specs.of(
                id,
                image(),
                Map.of(),
                List.of(new InstanceSpec.Volume("volume-1", mount)),
                Specs.SIZE,
                SLEEP),
            Map.of("volume-1", folder));
    engine().start(id);

    assertThat(Commands.run(engine(), id, "cat", "/data/greeting").stdout())
        .isEqualTo("from the host\n");
    engine().copyIn(id, "/data", Tar.of(Map.of("answer", "from inside\n")));
    assertThat(folder.resolve("answer")).hasContent("from inside\n");
    engine().remove(id);
    assertThat(folder.resolve("greeting")).hasContent("from the host\n");
  }

  @Test
  void images_savedAndLoaded_keepTheirName() throws IOException {
    assertThat(engine().hasImage(image())).isTrue();
    assertThat(engine().hasImage("example/none:1")).isFalse();
    needs(Feature.IMAGE_ARCHIVES);
    try (InputStream archive = engine().saveImage(image())) {
      assertThat(engine().loadImage(archive)).contains(image());
    }
    refuses(ErrorCode.NOT_FOUND, "example/none:1", () -> engine().saveImage("example/none:1"));
  }

  @Test
  void images_removed_stayWhereAnInstanceIsMadeOfThem() throws IOException {
    needs(Feature.IMAGE_ARCHIVES);
    byte[] archive;
    try (InputStream saved = engine().saveImage(image())) {
      archive = saved.readAllBytes();
    }
    InstanceId id = newId();
    engine().create(Specs.of(id, image(), "cat"), Map.of());
    assertThat(engine().removeImage(image())).isFalse();
    assertThat(engine().hasImage(image())).isTrue();
    engine().remove(id);
    assertThat(engine().removeImage(image())).isTrue();
    assertThat(engine().hasImage(image())).isFalse();
    assertThat(engine().removeImage(image())).isTrue();
    assertThat(engine().loadImage(new ByteArrayInputStream(archive))).contains(image());
  }

  @Test
  void inventory_ofAnEngine_namesWhatThereIs() {
    EngineInventory inventory = engine().inventory();
    assertThat(inventory.name()).isNotBlank();
    assertThat(inventory.version()).isNotBlank();
    assertThat(inventory.milliVcpus()).isPositive();
    assertThat(inventory.memory()).isGreaterThan(InstanceSize.LEAST_MEMORY);
  }

  /** Makes an instance that is removed after the test. */
  protected final InstanceId create(List<String> command) {
    InstanceId id = newId();
    engine().create(Specs.of(id, image(), command.toArray(String[]::new)), Map.of());
    return id;
  }

  /** Makes and starts an instance that is removed after the test. */
  protected final InstanceId start(List<String> command) {
    InstanceId id = create(command);
    engine().start(id);
    return id;
  }

  /** A new id; whatever has it after the test is removed. */
  protected final InstanceId newId() {
    InstanceId id = InstanceId.random(random);
    made.add(id);
    return id;
  }

  /** Waits for its end. */
  protected final EngineInstance awaitExit(InstanceId id) {
    return Await.until(
        "its end", () -> engine().find(id).orElseThrow(), seen -> seen.state() == State.EXITED);
  }

  /** What it has written so far. */
  protected final String logs(InstanceId id, int tailLines) {
    try (InputStream logs = engine().logs(id, false, tailLines, Optional.empty())) {
      return new String(logs.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its server listens a moment after it was started. */
  private PortConnection awaitPort(InstanceId id) {
    return Await.until("a connection to its port", () -> tryPort(id), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<PortConnection> tryPort(InstanceId id) {
    try {
      return Optional.of(engine().connect(id, PORT));
    } catch (ZansocException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE);
      return Optional.empty();
    }
  }

  private State state(InstanceId id) {
    return engine().find(id).orElseThrow().state();
  }

  private boolean has(Feature feature) {
    return engine().inventory().features().contains(feature);
  }

  private void needs(Feature feature) {
    Assumptions.assumeTrue(has(feature), "skipped: this engine has no " + feature);
  }

  private static void refuses(ErrorCode code, String named, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(named);
  }
}
