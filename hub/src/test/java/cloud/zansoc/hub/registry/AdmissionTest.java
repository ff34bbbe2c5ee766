package cloud.zansoc.hub.registry;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.hub.Registrations;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.MachineReport;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final Identity IDENTITY = Identity.create(new SecureRandom());
  private static final HostRegistration GOOD = Registrations.host(IDENTITY, "", "a");

  private static MachineReport machine(
      int vcpus, long memory, MachineReport.Disk disk, long[] downUpMicros) {
    MachineReport m = Registrations.machine();
    return new MachineReport(
        m.os(),
        m.kernel(),
        m.architecture(),
        m.cpuModel(),
        vcpus,
        m.cpuSingle(),
        m.cpuAll(),
        m.cpuFeatures(),
        memory,
        m.memoryBandwidth(),
        disk,
        downUpMicros[0],
        downUpMicros[1],
        downUpMicros[2],
        m.gpus());
  }

  private static HostRegistration registration(ByteSize capacity, MachineReport machine) {
    return new HostRegistration(
        "",
        GOOD.publicKey(),
        "a",
        "0.1.0",
        GOOD.address(),
        capacity,
        GOOD.pricePerTbMonth(),
        GOOD.labels(),
        machine);
  }

  private static AdmissionRefusal.Row row(AdmissionRefusal refusal, String rule) {
    return refusal.rows().stream()
        .filter(candidate -> candidate.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  private static final MachineReport.Disk DISK = GOOD.machine().disk();
  private static final long[] LINE = {20_000_000, 5_000_000, 9_000};

  @Test
  void check_ordinaryMachine_isAdmitted() {
    AdmissionRefusal checked = Admission.check(AdmissionRules.DEFAULT, GOOD);

    assertThat(Admission.admits(checked)).isTrue();
    assertThat(checked.rows()).allMatch(row -> row.remedy().isEmpty()).hasSizeGreaterThan(6);
  }

  @Test
  void check_noRules_admitsAnything() {
    MachineReport poor =
        machine(1, 1, new MachineReport.Disk(1, 1, 0, 0, 0), new long[] {0, 0, 1 << 30});

    AdmissionRefusal checked =
        Admission.check(AdmissionRules.NONE, registration(new ByteSize(1), poor));

    assertThat(Admission.admits(checked)).isTrue();
  }

  @Test
  void check_exactlyTheRule_isMetAndOneLessIsNot() {
    AdmissionRules rules = AdmissionRules.DEFAULT;
    long memory = rules.memory().bytes();
    ByteSize capacity = rules.capacity();
    long[] line = {
      rules.downPerSecond().bytes(),
      rules.upPerSecond().bytes(),
      rules.roundTrip().toMillis() * 1000
    };
    MachineReport.Disk disk =
        new MachineReport.Disk(
            capacity.bytes(),
            capacity.bytes(),
            rules.writePerSecond().bytes(),
            1,
            rules.syncsPerSecond());
    MachineReport.Disk worse =
        new MachineReport.Disk(
            capacity.bytes() - 1,
            capacity.bytes() - 1,
            rules.writePerSecond().bytes() - 1,
            1,
            rules.syncsPerSecond() - 1);
    long[] worseLine = {line[0] - 1, line[1] - 1, line[2] + 1};

    assertThat(
            Admission.admits(
                Admission.check(
                    rules, registration(capacity, machine(rules.vcpus(), memory, disk, line)))))
        .isTrue();
    AdmissionRefusal refusal =
        Admission.check(
            rules,
            registration(
                new ByteSize(capacity.bytes() - 1),
                machine(rules.vcpus() - 1, memory - 1, worse, worseLine)));
    assertThat(refusal.rows())
        .hasSize(8)
        .allMatch(row -> !row.met())
        .allMatch(row -> row.remedy().contains("free") || row.remedy().contains("USD"));
  }

  @Test
  void check_memoryShort_namesTheModuleThatSuffices() {
    AdmissionRules rules =
        new AdmissionRules(
            0,
            0,
            ByteSize.ofGibibytes(8),
            new ByteSize(0),
            new ByteSize(0),
            0,
            new ByteSize(0),
            new ByteSize(0),
            AdmissionRules.NONE.roundTrip());

    AdmissionRefusal refusal =
        Admission.check(rules, registration(GOOD.capacity(), machine(2, 3L << 30, DISK, LINE)));

    assertThat(row(refusal, "memory").remedy()).contains("module of 8 GiB (about 16 USD)");
  }

  @Test
  void check_moreLentThanTheDiskHas_isRefused() {
    AdmissionRefusal refusal =
        Admission.check(AdmissionRules.NONE, registration(ByteSize.parse("501GB"), GOOD.machine()));

    assertThat(Admission.admits(refusal)).isFalse();
    assertThat(row(refusal, "storage on disk").remedy()).contains("--capacity 500GB");
  }

  @Test
  void check_lentTooLittle_saysToLendMoreWhereItIsFree() {
    MachineReport full =
        machine(8, 8L << 30, new MachineReport.Disk(20_000_000_000L, 1, 400_000_000, 1, 900), LINE);

    assertThat(
            row(
                    Admission.check(
                        AdmissionRules.DEFAULT,
                        registration(ByteSize.parse("1GB"), GOOD.machine())),
                    "storage lent")
                .remedy())
        .startsWith("lend more of the")
        .contains("--capacity 10GB");
    assertThat(
            row(
                    Admission.check(
                        AdmissionRules.DEFAULT, registration(ByteSize.parse("1GB"), full)),
                    "storage lent")
                .remedy())
        .startsWith("free some space");
  }

  @Test
  void check_betterMachine_isNeverRefusedWhereAWorseOneIsAdmitted() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      long[] v = new long[9];
      for (int j = 0; j < v.length; j++) {
        v[j] = (long) (Math.pow(random.nextDouble(), 4) * 1e11);
      }
      int vcpus = random.nextInt(1, 6);
      AdmissionRules rules =
          new AdmissionRules(
              random.nextInt(0, 5),
              0,
              new ByteSize(v[0]),
              new ByteSize(v[1]),
              new ByteSize(v[2] / 1000),
              v[3] / 1_000_000_000,
              new ByteSize(v[4] / 1000),
              new ByteSize(v[5] / 1000),
              AdmissionRules.DEFAULT.roundTrip());
      MachineReport machine =
          machine(
              vcpus,
              v[6],
              new MachineReport.Disk(v[7], v[7] / 2, v[8] / 1000, 1, v[8] / 1_000_000_000),
              new long[] {v[8] / 1000, v[7] / 1000, random.nextInt(1_000_000)});
      MachineReport better =
          machine(
              vcpus + 1,
              v[6] + 1,
              new MachineReport.Disk(v[7] + 1, v[7], v[8], 1, v[8]),
              new long[] {v[8], v[7], machine.hubRoundTripMicros() / 2});
      ByteSize capacity = new ByteSize(v[7] / 3);

      AdmissionRefusal checked = Admission.check(rules, registration(capacity, machine));

      boolean betterToo = Admission.admits(Admission.check(rules, registration(capacity, better)));
      assertThat(betterToo || !Admission.admits(checked)).as("seed %d round %d", seed, i).isTrue();
      assertThat(checked.rows())
          .as("seed %d round %d", seed, i)
          .allMatch(row -> row.met() == row.remedy().isEmpty());
    }
  }
}
