package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.TestKeys;
import java.io.IOException;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which addresses are believed to be a ledger and an exchange. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LedgerContractsTest {
  private final ChainWorld world;
  private final AccountId coin;

  LedgerContractsTest() throws IOException {
    this.world = ChainWorld.start();
    this.coin = world.contract("coin");
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  @Test
  void ledger_ofAnEscrow_namesWhatWasDeployed() {
    assertThat(LedgerContracts.of(world.chain(), world.contract("escrow")))
        .isEqualTo(
            new LedgerContracts(
                world.contract("escrow"),
                coin,
                world.contract("registry"),
                world.contract("deals"),
                TestKeys.named("treasury").account(),
                TestKeys.named("publisher").account()));
  }

  @Test
  void ledger_ofAnEscrowThatOnlyClaimsTheCoin_isRefused() {
    AccountId liar = contractThatAnswers(coin);

    ZansocException refused = failure(() -> LedgerContracts.of(world.chain(), liar));

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("MINTER of " + coin);
  }

  @Test
  void exchange_ofRouterAndPrice_namesWhatWasDeployed() {
    assertThat(exchange(coin, world.contract("router"), world.contract("twap")))
        .isEqualTo(
            new ExchangeContracts(
                world.contract("router"),
                world.contract("twap"),
                world.contract("factory"),
                world.contract("pair"),
                world.contract("dollar")));
  }

  @Test
  void exchange_ofAnotherCoinFactoryOrContract_isRefused() {
    AccountId router = world.contract("router");
    AccountId twap = world.contract("twap");
    AccountId liar = contractThatAnswers(coin);
    AccountId nobody = TestKeys.fresh().account();

    for (ThrowingCallable wrong :
        new ThrowingCallable[] {
          () -> exchange(world.contract("weth"), router, twap),
          () -> exchange(coin, liar, twap),
          () -> exchange(coin, twap, router),
          () -> exchange(coin, router, nobody),
          () -> exchange(coin, nobody, twap)
        }) {
      assertThat(failure(wrong).code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }
  }

  @Test
  void chain_reachedLater_isCheckedBeforeItsFirstAnswer() {
    ChainOptions other = ChainWorld.options(world.anvil(), 1);
    try (EvmChain chain = EvmChain.later(other)) {
      for (int i = 0; i < 2; i++) {
        ZansocException refused =
            failure(() -> LedgerContracts.of(chain, world.contract("escrow")));

        assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refused).hasMessageContaining("chain 31337, not of 1");
      }
    }
  }

  private ExchangeContracts exchange(AccountId itsCoin, AccountId router, AccountId twap) {
    return ExchangeContracts.of(world.chain(), itsCoin, router, twap);
  }

  /** A contract that gives one address, whatever it is asked. */
  private AccountId contractThatAnswers(AccountId answer) {
    String runtime = "73" + answer.text().substring(2) + "5f5260205ff3";
    String creation = "0x7a" + runtime + "5f52601b6005f3";
    return switch (world.chain().send(TestKeys.named("liar"), Optional.empty(), creation)) {
      case Sent.Mined(Receipt receipt) -> receipt.created().orElseThrow();
      case Sent.Reverted(String error) -> throw new AssertionError(error);
    };
  }

  private static ZansocException failure(ThrowingCallable action) {
    return catchThrowableOfType(ZansocException.class, action);
  }
}
