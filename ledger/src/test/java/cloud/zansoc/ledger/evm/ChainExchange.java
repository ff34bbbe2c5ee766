package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.ExchangeWorld;
import cloud.zansoc.ledger.TestKeys;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/** A pair of the coin and a new stablecoin, on a chain that may have others. */
public final class ChainExchange implements ExchangeWorld {
  private static final EvmKey DEPLOYER = TestKeys.named("exchange deployer");
  private static final String DOLLAR = "out/TestDollar.sol/TestDollar.json";
  private static final String TWAP = "out/TwapPrice.sol/TwapPrice.json";

  private final ChainWorld world;
  private final AccountId dollar;
  private final AccountId pair;
  private final AccountId twap;
  private final EvmExchange exchange;

  private ChainExchange(ChainWorld world, AccountId dollar) {
    this.world = world;
    this.dollar = dollar;
    this.pair = pair(world, dollar);
    this.twap =
        created(
            world,
            TWAP,
            new Address(pair.text()),
            new Address(world.contract("coin").text()),
            parameter(world, "twapWindow"),
            parameter(world, "twapMaxAge"));
    this.exchange = new EvmExchange(world.chain(), contracts(), world.keys());
  }

  /** Makes one in which the coin is the pair's first token, or its second. */
  public static ChainExchange on(ChainWorld world, boolean coinIsFirst) {
    while (true) {
      AccountId dollar = created(world, DOLLAR);
      boolean isFirst = world.contract("coin").text().compareTo(dollar.text()) < 0;
      if (isFirst == coinIsFirst) {
        return new ChainExchange(world, dollar);
      }
    }
  }

  private static Uint256 parameter(ChainWorld world, String name) {
    String value = world.plan().developmentParameters().get(name);
    return new Uint256(new BigInteger(Objects.requireNonNull(value, name)));
  }

  private static AccountId pair(ChainWorld world, AccountId dollar) {
    Type<?>[] both = {new Address(world.contract("coin").text()), new Address(dollar.text())};
    sent(world, world.contract("factory"), EscrowCalls.encoded("createPair", both));
    return world
        .chain()
        .read(world.contract("factory"), EscrowCalls.encoded("getPair", both))
        .account(0);
  }

  private static AccountId created(ChainWorld world, String artifact, Type<?>... arguments) {
    String data =
        world.plan().bytecode(artifact) + FunctionEncoder.encodeConstructor(List.of(arguments));
    return switch (world.chain().send(DEPLOYER, Optional.empty(), data)) {
      case Sent.Mined(Receipt receipt) -> receipt.created().orElseThrow();
      case Sent.Reverted(String error) -> throw new IllegalStateException(error);
    };
  }

  private static void sent(ChainWorld world, AccountId to, String data) {
    if (world.chain().send(DEPLOYER, Optional.of(to), data)
        instanceof Sent.Reverted(String error)) {
      throw new IllegalStateException(ExchangeErrors.text(error));
    }
  }

  /** Where they are. */
  public ExchangeContracts contracts() {
    return ExchangeContracts.of(
        world.chain(), world.contract("coin"), world.contract("router"), twap);
  }

  AccountId pair() {
    return pair;
  }

  AccountId dollar() {
    return dollar;
  }

  /** The contract of its price. */
  public AccountId twap() {
    return twap;
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public AccountId treasury() {
    return world.ledger().treasury();
  }

  @Override
  public void pass(Duration time) {
    world.pass(time);
  }

  @Override
  public void fund(EvmKey key, Amount coins, Amount dollars) {
    if (coins.isZero()) {
      world.keys().add(key);
    } else {
      world.fund(key, coins);
    }
    mint(key.account(), dollars.units());
  }

  private void mint(AccountId account, BigInteger units) {
    sent(
        world,
        dollar,
        EscrowCalls.encoded("mint", EscrowCalls.address(account), new Uint256(units)));
  }
}
