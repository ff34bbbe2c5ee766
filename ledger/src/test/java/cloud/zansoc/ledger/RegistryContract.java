package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.crypto.Ed25519;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the registry of every ledger does. */
abstract class RegistryContract extends LedgerFixture {
  private static final HostDescription DESCRIPTION =
      new HostDescription(Digest.sha256(new byte[] {4}), 65_535);
  private static final Amount STAKE = Amount.ofCoins(3);

  private final KeyPair identity = identity();

  private static KeyPair identity() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void register_withASignedBinding_recordsTheHostsId() {
    HostBinding binding = bindingFor(client.account());

    PeerId id = done(world.registry().register(client.account(), binding, DESCRIPTION));

    assertThat(id).isEqualTo(PeerId.ofPublicKey(Ed25519.rawPublicKey(identity.getPublic())));
    assertThat(world.registry().host(client.account()))
        .isEqualTo(
            new HostEntry(id.digest(), DESCRIPTION, Amount.ZERO, Amount.ZERO, Optional.empty()));
    assertThat(world.registry().binding(client.account())).contains(binding);
  }

  @Test
  void register_withABindingOfAnotherAccount_isRefused() {
    HostBinding stolen = bindingFor(client.account());

    assertThat(refused(() -> world.registry().register(stranger.account(), stolen, DESCRIPTION)))
        .isEqualTo(new Refusal.WrongBinding(stranger.account(), stolen.id()));
    assertThat(world.registry().host(stranger.account()).isRegistered()).isFalse();
    assertThat(world.registry().binding(stranger.account())).isEmpty();
  }

  @Test
  void describe_ofAHost_changesTheDescriptionOnly() {
    done(world.registry().register(client.account(), bindingFor(client.account()), DESCRIPTION));
    done(stake(STAKE));
    HostDescription other = new HostDescription(Digest.sha256(new byte[] {6}), 0);

    done(world.registry().describe(client.account(), other));

    HostEntry entry = world.registry().host(client.account());
    assertThat(entry.description()).isEqualTo(other);
    assertThat(entry.stake()).isEqualTo(STAKE);
    assertThat(entry.isRegistered()).isTrue();
  }

  @Test
  void stake_ofAnAmount_movesItFromTheBalance() {
    assertThat(done(stake(STAKE))).isEqualTo(STAKE);
    assertThat(done(stake(Amount.ofUnits(1)))).isEqualTo(STAKE.plus(Amount.ofUnits(1)));

    assertThat(balance(client)).isEqualTo(BALANCE.minus(STAKE).minus(Amount.ofUnits(1)));
  }

  @Test
  void stake_ofNothingOrMoreThanTheBalance_isRefused() {
    assertThat(refused(() -> stake(Amount.ZERO))).isEqualTo(new Refusal.ZeroAmount());
    for (Amount amount : List.of(BALANCE.plus(Amount.ofUnits(1)), Amount.LARGEST)) {
      assertThat(refused(() -> stake(amount)))
          .isEqualTo(new Refusal.InsufficientBalance(client.account(), BALANCE, amount));
    }
  }

  @Test
  void unstake_afterTheDelay_putsWhatHasThawedIntoTheBalance() {
    done(stake(STAKE));
    Instant thawedAt = done(thaw(Amount.ofCoins(1)));
    assertThat(thawedAt).isEqualTo(ledger.now().plus(Registry.THAW_DELAY));
    world.pass(Registry.THAW_DELAY.minusSeconds(1));
    assertThat(refused(this::unstake)).isEqualTo(new Refusal.StillThawing(thawedAt));
    world.pass(Duration.ofSeconds(1));

    assertThat(done(unstake())).isEqualTo(Amount.ofCoins(1));

    assertThat(balance(client)).isEqualTo(BALANCE.minus(Amount.ofCoins(2)));
    assertThat(refused(this::unstake)).isEqualTo(new Refusal.NothingThaws());
    assertThat(world.registry().host(client.account()).thawedAt()).isEmpty();
  }

  @Test
  void thaw_again_makesAllWaitAnew() {
    done(stake(STAKE));
    done(thaw(Amount.ofCoins(1)));
    world.pass(Registry.THAW_DELAY);

    Instant thawedAt = done(thaw(Amount.ofUnits(1)));

    assertThat(refused(this::unstake)).isEqualTo(new Refusal.StillThawing(thawedAt));
    assertThat(world.registry().host(client.account()).thawing())
        .isEqualTo(Amount.ofCoins(1).plus(Amount.ofUnits(1)));
  }

  @Test
  void thaw_ofNothingOrMoreThanTheStake_isRefused() {
    done(stake(STAKE));

    assertThat(refused(() -> thaw(Amount.ZERO))).isEqualTo(new Refusal.ZeroAmount());
    for (Amount amount : List.of(STAKE.plus(Amount.ofUnits(1)), Amount.LARGEST)) {
      assertThat(refused(() -> thaw(amount)))
          .isEqualTo(new Refusal.InsufficientStake(STAKE, amount));
    }
  }

  private HostBinding bindingFor(AccountId account) {
    return HostBinding.sign(
        identity.getPrivate(),
        Ed25519.rawPublicKey(identity.getPublic()),
        world.registry().bindingMessage(account));
  }

  private Outcome<Amount> stake(Amount amount) {
    return world.registry().stake(client.account(), amount);
  }

  private Outcome<Instant> thaw(Amount amount) {
    return world.registry().thaw(client.account(), amount);
  }

  private Outcome<Amount> unstake() {
    return world.registry().unstake(client.account());
  }
}
