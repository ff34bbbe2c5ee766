package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.UsageRequest;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsageMeterTest {
  private static final InstanceId ID = new InstanceId(1, 2);
  private static final InstanceSpec SLEEPER = Specs.of(ID, MemoryEngine.IMAGE, "sleep", "3600");
  private static final PeerId HOST = new PeerId(new Digest(1, 1, 1, 1));
  private static final PeerId HUB = new PeerId(new Digest(2, 2, 2, 2));

  @TempDir private Path folder;
  private KeptHost host;
  private KeyPair keys;
  private KeyPair hubKeys;
  private UsageSigner signer;
  private Instant since;

  @BeforeEach
  void open() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    keys = generator.generateKeyPair();
    hubKeys = generator.generateKeyPair();
    signer = new UsageSigner(HOST, keys.getPrivate(), HUB, hubKeys.getPublic());
    host = new KeptHost(folder.resolve("instances"), 1);
    host.time.settle();
    host.heartbeat();
    since = host.time.now();
    host.settle(host.wanted(SLEEPER));
  }

  private UsageRequest request(long number, long downtimeSeconds) {
    return new UsageRequest(
        ID, 1, 1, Optional.empty(), number, since, host.time.now(), downtimeSeconds);
  }

  private UsageReceipt.Used used(UsageRequest request) {
    return host.keeper().usage(request, signer).receipt().used();
  }

  @Test
  void usage_ofARunningInstance_isMeteredAndSigned() {
    host.live(Duration.ofMinutes(2));

    UsageReceipt.HostSigned signed = host.keeper().usage(request(1, 0), signer);

    assertThat(signed.isSignedBy(keys.getPublic())).isTrue();
    UsageReceipt.Used used = signed.receipt().used();
    assertThat(used.runningSeconds()).isBetween(110L, 120L);
    assertThat(used.healthySeconds()).isEqualTo(used.runningSeconds());
    assertThat(used.diskMebibyteSeconds()).isPositive();
  }

  @Test
  void usage_askedAgain_isTheSameAlsoAfterARestart() {
    host.live(Duration.ofMinutes(1));
    UsageRequest request = request(1, 0);
    UsageReceipt.HostSigned signed = host.keeper().usage(request, signer);

    host.restart();
    host.live(Duration.ofMinutes(1));

    assertThat(host.keeper().usage(request, signer)).isEqualTo(signed);
    assertThat(
            catchThrowableOfType(
                    ZansocException.class, () -> host.keeper().usage(request(1, 0), signer))
                .code())
        .isEqualTo(ErrorCode.CONFLICT);
    assertThat(used(request(2, 0)).runningSeconds())
        .isGreaterThan(signed.receipt().used().runningSeconds());
  }

  @Test
  void usage_whileTheHubHeardNothing_isNotClaimed() {
    host.live(Duration.ofSeconds(100));

    UsageReceipt.Used used = used(request(1, 40));

    assertThat(used.runningSeconds()).isLessThanOrEqualTo(60);
    assertThat(used.downtimeSeconds()).isEqualTo(40);
    host.live(Duration.ofSeconds(100));
    assertThat(used(request(2, 40)).runningSeconds()).isLessThanOrEqualTo(160);
  }

  @Test
  void usage_afterRemoval_isStillSigned() {
    host.live(Duration.ofMinutes(1));
    host.settle(host.wanted(SLEEPER, 1, 2, Wanted.REMOVED));

    assertThat(used(request(1, 0)).runningSeconds()).isBetween(50L, 61L);
    host.restart();
    host.live(Duration.ofSeconds(5));
    assertThat(used(request(2, 0)).runningSeconds()).isBetween(50L, 61L);
  }

  @Test
  void usage_ofAnotherGenerationOrInstance_isNotFound() {
    UsageRequest asked = request(1, 0);
    for (UsageRequest wrong :
        new UsageRequest[] {
          new UsageRequest(ID, 2, 1, Optional.empty(), 1, asked.since(), asked.until(), 0),
          new UsageRequest(
              new InstanceId(7, 7), 1, 1, Optional.empty(), 1, asked.since(), asked.until(), 0)
        }) {
      assertThat(
              catchThrowableOfType(ZansocException.class, () -> host.keeper().usage(wrong, signer))
                  .code())
          .isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void receipt_signedByBoth_isKeptAndAnyOtherRefused() {
    host.live(Duration.ofMinutes(1));
    UsageReceipt.HostSigned half = host.keeper().usage(request(1, 0), signer);

    host.keeper().receipt(half.countersign(hubKeys.getPrivate()), signer);
    host.keeper().receipt(half.countersign(hubKeys.getPrivate()), signer);

    assertThat(
            catchThrowableOfType(
                    ZansocException.class,
                    () -> host.keeper().receipt(half.countersign(keys.getPrivate()), signer))
                .code())
        .isEqualTo(ErrorCode.WRONG_KEY);
  }
}
