package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.HostBinding;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostAccount;
import cloud.zansoc.net.node.HostStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which accounts of hosts a hub believes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostAccountsTest {
  private static final AccountId ACCOUNT = TestKeys.named("host").account();
  private static final ComputeOffer.Capacity CAPACITY =
      new ComputeOffer.Capacity(1000, ByteSize.parse("1GB"), ByteSize.parse("1GB"), 0);

  private final ChainWorld world;
  private final LedgerNode node;
  private final Identity identity = RunningHub.stranger();
  private int asked;

  @BeforeEach
  void countAnew() {
    asked = 0;
  }

  HostAccountsTest() throws IOException {
    this.world = ChainWorld.start();
    this.node =
        new LedgerNode(
            new LedgerSettings(
                LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
                world.contract("escrow"),
                Optional.empty(),
                Duration.ofDays(1)),
            TestKeys.named("hub").account());
  }

  @AfterAll
  void endChain() {
    node.close();
    world.close();
  }

  @Test
  void account_thatTheHostsKeyHasSignedFor_isBelievedAndAskedForOnce() {
    HostAccounts accounts = new HostAccounts(Optional.of(node));

    for (int i = 0; i < 3; i++) {
      assertThat(checked(accounts, answer(identity, ACCOUNT))).contains(ACCOUNT.text());
    }
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void account_thatAnotherKeyOrNobodyHasSignedFor_isLeftOut() {
    HostAccounts accounts = new HostAccounts(Optional.of(node));
    AccountId other = TestKeys.named("other").account();
    HostAccount right = answer(identity, ACCOUNT).get();

    assertThat(checked(accounts, answer(RunningHub.stranger(), ACCOUNT))).isEmpty();
    assertThat(checked(accounts, answer(identity, other))).isEmpty();
    assertThat(
            checked(
                accounts,
                () -> new HostAccount(ACCOUNT.text(), answer(identity, other).get().signature())))
        .isEmpty();
    assertThat(checked(accounts, () -> new HostAccount(ACCOUNT.text(), "0x12"))).isEmpty();
    assertThat(checked(accounts, () -> right)).contains(ACCOUNT.text());
  }

  @Test
  void account_ofAHostThatDoesNotAnswer_isLeftOutUntilItDoes() {
    HostAccounts accounts = new HostAccounts(Optional.of(node));

    assertThat(
            checked(
                accounts,
                () -> {
                  throw new ZansocException(ErrorCode.TIMED_OUT, "no answer");
                }))
        .isEmpty();
    assertThat(checked(accounts, answer(identity, ACCOUNT))).contains(ACCOUNT.text());
  }

  @Test
  void account_atAHubWithoutALedger_isLeftOut() {
    assertThat(checked(new HostAccounts(Optional.empty()), answer(identity, ACCOUNT))).isEmpty();
    assertThat(asked).isZero();
  }

  private Optional<String> checked(HostAccounts accounts, Supplier<HostAccount> answer) {
    HostRecord host =
        new HostRecord(
            identity.id(),
            Registrations.host(identity, "", "attic"),
            HostRecord.Wish.ACTIVE,
            Optional.empty(),
            "198.51.100.4",
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.empty());
    ComputeOffer offer =
        new ComputeOffer(
            "docker 1",
            CAPACITY,
            CAPACITY,
            List.of(),
            Set.of(),
            new ComputeOffer.Prices(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO),
            Optional.of(ACCOUNT.text()),
            Duration.ZERO,
            Optional.empty());
    HostStatus status = Registrations.status(true).offering(Optional.of(offer));
    return accounts
        .checked(
            host,
            status,
            () -> {
              asked++;
              return Json.write(answer.get());
            })
        .compute()
        .orElseThrow()
        .account();
  }

  private Supplier<HostAccount> answer(Identity signer, AccountId account) {
    HostBinding binding =
        HostBinding.sign(
            signer.signingKey(), signer.publicKey(), world.registry().bindingMessage(account));
    return () -> new HostAccount(account.text(), binding.signature());
  }
}
