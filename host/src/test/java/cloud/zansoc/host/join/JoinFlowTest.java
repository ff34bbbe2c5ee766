package cloud.zansoc.host.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.ComputingCheck;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.host.join.JoinRequest.ComputeWishes;
import cloud.zansoc.host.join.JoinRequest.Lend;
import cloud.zansoc.host.join.JoinRequest.Mode;
import cloud.zansoc.host.join.JoinRequest.NetworkWishes;
import cloud.zansoc.host.join.JoinRequest.Wishes;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import cloud.zansoc.host.measure.MeasureBudget;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.JoinToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinFlowTest {
  private static final MeasureBudget TINY =
      new MeasureBudget(
          Duration.ofMillis(5),
          Duration.ofMillis(5),
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          ByteSize.ofMebibytes(8),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          false);

  @TempDir private Path temporary;
  private final EnrollingHub hub = new EnrollingHub();
  private final List<String> events = new ArrayList<>();
  private ComputingCheck.Findings findings =
      new ComputingCheck.Findings.Impossible("install an engine");

  @AfterEach
  void closeHub() {
    hub.close();
  }

  @Test
  void join_firstTime_registersAndWritesTheConfiguration() {
    Wishes wishes =
        new Wishes(
            Optional.of("attic"),
            Optional.of(ByteSize.parse("100MB")),
            Optional.of(Money.parseUsd("0.9")),
            Map.of("zone", "home-1"),
            Optional.of(Schedule.parse("22:00-06:00")),
            new NetworkWishes(
                Optional.of("127.0.0.1:0"),
                Optional.empty(),
                Optional.of(ByteSize.parse("1MB")),
                Optional.empty()));
    JoinResult result = flow(Optional.empty()).join(request(wishes, Mode.FOREGROUND));

    assertThat(result).isInstanceOf(JoinResult.Joined.class);
    JoinResult.Joined joined = (JoinResult.Joined) result;
    assertThat(joined.serviceStarted()).isFalse();
    assertThat(HostConfigurationFile.read(folder().configuration()))
        .isEqualTo(joined.configuration());
    assertThat(joined.configuration().hub().id()).isEqualTo(hub.identity.id());
    HostRegistration registration = hub.registered.getLast();
    assertThat(registration.name()).isEqualTo("attic");
    assertThat(registration.version()).isEqualTo("0.1.0-test");
    assertThat(registration.capacity()).isEqualTo(ByteSize.parse("100MB"));
    assertThat(registration.labels()).isEqualTo(Map.of("zone", "home-1", "measured", "full"));
    assertThat(registration.address()).isEqualTo(joined.configuration().network().listen());
    assertThat(registration.address().orElseThrow().port()).isBetween(20_000, 32_000);
    assertThat(registration.machine().cpuSingle()).isPositive();
    assertThat(events)
        .filteredOn(event -> event.startsWith("["))
        .hasSize(10)
        .first()
        .isEqualTo("[1/10] read the token");
  }

  @Test
  void join_aHubWithALedgerWhoseChainIsAway_makesTheWalletOnce() {
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));
    assertThat(FolderWallet.exists(folder().path())).isFalse();

    hub.ledger = ErrorCode.PRECONDITION_FAILED;
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.QUICK));
    AccountId account = FolderWallet.account(folder().path());
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.QUICK));

    assertThat(FolderWallet.account(folder().path())).isEqualTo(account);
    assertThat(events).anyMatch(event -> event.contains("account " + account));
  }

  @Test
  void join_again_keepsIdentityAndWhatWasWished() {
    Wishes first =
        new Wishes(
            Optional.of("attic"),
            Optional.of(ByteSize.parse("100MB")),
            Optional.empty(),
            Map.of("zone", "home-1"),
            Optional.empty(),
            new NetworkWishes(
                Optional.of("127.0.0.1:0"), Optional.empty(), Optional.empty(), Optional.empty()));
    JoinResult.Joined before =
        (JoinResult.Joined) flow(Optional.empty()).join(request(first, Mode.FOREGROUND));
    Wishes second =
        new Wishes(
            Optional.empty(),
            Optional.of(ByteSize.parse("120MB")),
            Optional.empty(),
            Map.of("rack", "2"),
            Optional.empty(),
            first.network());
    JoinResult.Joined after =
        (JoinResult.Joined) flow(Optional.empty()).join(request(second, Mode.QUICK));

    assertThat(after.host()).isEqualTo(before.host());
    assertThat(after.configuration().name()).isEqualTo("attic");
    assertThat(after.configuration().network()).isEqualTo(before.configuration().network());
    assertThat(after.configuration().offer().capacity()).isEqualTo(ByteSize.parse("120MB"));
    assertThat(after.configuration().offer().labels())
        .isEqualTo(Map.of("zone", "home-1", "rack", "2"));
    assertThat(hub.registered).hasSize(2);
    assertThat(hub.registered.getLast().publicKey())
        .isEqualTo(hub.registered.getFirst().publicKey());
    assertThat(hub.registered.getLast().labels()).containsEntry("measured", "quick");
  }

  @Test
  void join_withAnEngine_offersComputingAndTellsOfIt() {
    findings =
        new ComputingCheck.Findings.Possible(
            ComputingChoiceTest.ENGINE, List.of("no volumes: it takes root"));
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));

    HostConfiguration.Compute lent =
        HostConfigurationFile.read(folder().configuration()).compute().orElseThrow();
    assertThat(lent.engine()).isEqualTo(HostConfiguration.Compute.DEFAULT_ENGINE);
    assertThat(lent.capacity().milliVcpus()).isEqualTo(3000);
    assertThat(events)
        .contains("[6/10] see what computing it can lend")
        .anyMatch(event -> event.contains("docker 20.10.24, 3 vCPUs, 3.73 GiB of memory"))
        .anyMatch(event -> event.contains("no volumes: it takes root"));
  }

  @Test
  void join_withoutAnEngine_storesAndSaysWhatToDo() {
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));

    assertThat(HostConfigurationFile.read(folder().configuration()).compute()).isEmpty();
    assertThat(events).anyMatch(event -> event.contains("no computing: install an engine"));
  }

  @Test
  void join_computingThatIsWishedAndCannotBe_registersNothing() {
    Wishes wishes =
        new Wishes(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            NetworkWishes.NONE,
            ComputeWishes.only(Lend.YES));
    assertFails(request(wishes, Mode.FOREGROUND), ErrorCode.UNSUPPORTED, "--no-compute");
    assertThat(hub.registered).isEmpty();
  }

  @Test
  void join_machineFallsShort_givesTheTableAndWritesNothing() {
    AdmissionRefusal refusal =
        new AdmissionRefusal(
            List.of(new AdmissionRefusal.Row("memory", "64 GiB", "1 GiB", false, "add some")));
    hub.refusal = Optional.of(refusal);
    assertThat(flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND)))
        .isEqualTo(new JoinResult.Refused(refusal));
    assertThat(folder().configuration()).doesNotExist();
  }

  @Test
  void join_clockDiffers_warnsThenRefuses() {
    hub.skew = Duration.ofSeconds(-40);
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));
    assertThat(events).anyMatch(event -> event.matches("warning: .*\\b(39|40) s ahead of.*NTP.*"));
    hub.skew = Duration.ofMinutes(6);
    assertFails(request(Wishes.NONE, Mode.FOREGROUND), ErrorCode.CLOCK_SKEW, "behind the hub's");
  }

  @Test
  void join_anotherHubAnswers_isRefusedBeforeAnythingIsSent() {
    JoinToken other =
        new JoinToken(
            cloud.zansoc.net.identity.Identity.create(new SecureRandom()).id(), new byte[16]);
    assertFails(
        new JoinRequest(hub.address(), other.text(), folder(), Wishes.NONE, Mode.FOREGROUND),
        ErrorCode.PEER_ID_MISMATCH,
        other.hub().toString());
    assertThat(hub.registered).isEmpty();
  }

  @Test
  void join_wrongToken_saysWhatIsWrongWithIt() {
    assertFails(
        new JoinRequest(hub.address(), "abc", folder(), Wishes.NONE, Mode.FOREGROUND),
        ErrorCode.TOKEN_INVALID,
        "copy the whole text");
    byte[] secret = new byte[JoinToken.SECRET_BYTES];
    secret[0] = 1;
    assertFails(
        new JoinRequest(
            hub.address(),
            new JoinToken(hub.identity.id(), secret).text(),
            folder(),
            Wishes.NONE,
            Mode.FOREGROUND),
        ErrorCode.TOKEN_EXPIRED,
        "ask the operator");
  }

  @Test
  void join_hubUnreachable_saysWhatToCheck() {
    HostAddress address = hub.address();
    hub.close();
    assertFails(
        new JoinRequest(address, hub.token.text(), folder(), Wishes.NONE, Mode.FOREGROUND),
        ErrorCode.UNREACHABLE,
        "firewall");
  }

  @Test
  void join_folderIsAFile_saysToNameAnother() throws IOException {
    Files.createFile(folder().path());
    assertFails(request(Wishes.NONE, Mode.FOREGROUND), ErrorCode.INVALID_ARGUMENT, "--data");
  }

  @Test
  void join_capacityBeyondTheDisk_saysHowMuchFits() {
    Wishes wishes =
        new Wishes(
            Optional.empty(),
            Optional.of(ByteSize.parse("1EB")),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            NetworkWishes.NONE);
    assertFails(request(wishes, Mode.FOREGROUND), ErrorCode.NO_SPACE, "lend at most");
  }

  @Test
  void join_folderOfAnotherHubsHost_isRefused() {
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));
    try (EnrollingHub other = new EnrollingHub()) {
      assertFails(
          new JoinRequest(
              other.address(), other.token.text(), folder(), Wishes.NONE, Mode.FOREGROUND),
          ErrorCode.CONFLICT,
          "another folder");
    }
  }

  @Test
  void join_withServices_installsAndStartsAUnit() throws IOException {
    List<String> commands = new ArrayList<>();
    SystemdService services =
        new SystemdService(temporary, arguments -> commands.add(String.join(" ", arguments)));
    Wishes wishes =
        new Wishes(
            Optional.of("attic"),
            Optional.of(ByteSize.parse("100MB")),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            NetworkWishes.NONE);
    JoinResult.Joined joined =
        (JoinResult.Joined) flow(Optional.of(services)).join(request(wishes, Mode.SERVICE));
    assertThat(joined.serviceStarted()).isTrue();
    assertThat(commands)
        .containsExactly(
            "daemon-reload",
            "enable zansoc-host-attic.service",
            "restart zansoc-host-attic.service");
    String unit = Files.readString(temporary.resolve("zansoc-host-attic.service"));
    assertThat(unit)
        .contains("host run --data " + folder().path(), "NoNewPrivileges=yes", "Restart=always");

    commands.clear();
    flow(Optional.of(services)).join(request(wishes, Mode.FOREGROUND));
    assertThat(commands).isEmpty();

    services.remove(joined.configuration());
    services.remove(joined.configuration());
    assertThat(commands)
        .containsExactly("disable --now zansoc-host-attic.service", "daemon-reload");
    assertThat(temporary.resolve("zansoc-host-attic.service")).doesNotExist();
  }

  @Test
  void unitText_oddPaths_areQuotedForSystemd() {
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));
    String unit =
        SystemdUnit.text(
            HostConfigurationFile.read(folder().configuration()),
            new HostFolder(Path.of("/srv/my data/100%")),
            List.of("/usr/bin/java", "a\"b$c", "plain"));
    assertThat(unit)
        .contains("ExecStart=/usr/bin/java \"a\\\"b$$c\" plain\n")
        .contains("ReadWritePaths=\"/srv/my data/100%%\"\n")
        .contains("PrivateTmp=yes");
  }

  @Test
  void unitText_hostThatComputes_mayMountAndEnterNetworks() throws IOException {
    flow(Optional.empty()).join(request(Wishes.NONE, Mode.FOREGROUND));
    Path file = folder().configuration();
    Files.writeString(
        file,
        "compute.engine=auto\ncompute.cpus=1\ncompute.memory=1GiB\ncompute.disk=1GB\n",
        StandardOpenOption.APPEND);

    String unit =
        SystemdUnit.text(HostConfigurationFile.read(file), folder(), List.of("/usr/bin/java"));

    assertThat(unit)
        .contains("KillMode=process\n")
        .doesNotContain(
            "Protect", "Private", "Capability", "NoNewPrivileges", "RestrictNamespaces");
  }

  private HostFolder folder() {
    return new HostFolder(temporary.resolve("host"));
  }

  private JoinRequest request(Wishes wishes, Mode mode) {
    return new JoinRequest(hub.address(), hub.token.text(), folder(), wishes, mode);
  }

  private JoinFlow flow(Optional<SystemdService> services) {
    return new JoinFlow(
        "0.1.0-test",
        InstantSource.system(),
        new JoinFlow.Machine(JoinFlowTest::measureShortly, (host, engine) -> findings),
        services,
        listener());
  }

  private static Measured measureShortly(MeasureOrder order, Consumer<String> progress) {
    MeasureBudget budget = order.budget().quick() ? order.budget() : TINY;
    return new MeasureOrder(order.folder(), order.reserve(), order.hub(), order.address(), budget)
        .carryOut(progress);
  }

  private void assertFails(JoinRequest request, ErrorCode code, String advice) {
    assertThatThrownBy(() -> flow(Optional.empty()).join(request))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(advice);
  }

  private JoinListener listener() {
    return new JoinListener() {
      @Override
      public void begins(int number, int count, String step) {
        events.add("[" + number + "/" + count + "] " + step);
      }

      @Override
      public void progress(String part) {
        events.add(part);
      }

      @Override
      public void ends(String result) {
        events.add("ok " + result);
      }

      @Override
      public void warns(String warning) {
        events.add("warning: " + warning);
      }
    };
  }
}
