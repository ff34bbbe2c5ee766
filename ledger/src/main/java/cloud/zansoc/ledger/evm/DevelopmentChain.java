package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Exchange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.VoidResponse;
import org.web3j.utils.Numeric;

/**
 * What only a chain for development allows: accounts whose keys everybody knows, and time that
 * passes when it is told to.
 */
public final class DevelopmentChain {
  /** The number of our own development chains: "zans" in ASCII. */
  public static final long NUMBER = 0x7a616e73L;

  /** Anvil's, printed at its every start. */
  private static final Mnemonic MNEMONIC =
      Mnemonic.ofWords("test test test test test test test test test test test junk");

  private static final Amount POOL_COINS = Amount.ofCoins(10_000);
  private static final Amount POOL_DOLLARS = Amount.ofWhole(BigDecimal.valueOf(5_000), 6);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final EvmChain chain;

  /**
   * @param chain whose node is an anvil
   */
  public DevelopmentChain(EvmChain chain) {
    this.chain = chain;
  }

  /** The key of the account that deploys and receives the coins that exist from the start. */
  public static EvmKey faucet() {
    return MNEMONIC.key();
  }

  /** The account that receives the commission. */
  public static AccountId treasury() {
    return MNEMONIC.key(1).account();
  }

  /** Whether a chain has given the accounts, whose keys everybody knows, something to pay with. */
  public boolean isIt() {
    return chain.wei(faucet().account()).signum() > 0;
  }

  /**
   * Puts the contracts on a chain that makes a block for each transaction, all in one second: else
   * the chain's time would run ahead.
   *
   * @return the address of each step
   */
  public Map<String, AccountId> deploy(DeployPlan plan, AccountId publisher) {
    tell("anvil_setBlockTimestampInterval", 0);
    return new Deployer(chain, faucet(), plan).deploy(parameters(plan, publisher));
  }

  /**
   * Gives the exchange a price, out of the faucet: half a test dollar for a coin. At once after the
   * deployment, while nobody else can have sent the pair anything.
   */
  public void fillPool(ExchangeContracts contracts) {
    EvmKey faucet = faucet();
    Keyring keys = new Keyring();
    keys.add(faucet);
    AccountId account = faucet.account();
    new Erc20(chain, contracts.stablecoin(), keys).mint(account, account, POOL_DOLLARS).orThrow();
    Exchange exchange = new EvmExchange(chain, contracts, keys);
    exchange
        .add(
            account,
            POOL_COINS,
            POOL_DOLLARS,
            new Bounds(POOL_COINS, POOL_DOLLARS, exchange.now().plus(PATIENCE)))
        .orThrow();
  }

  /** Gives an account a balance in the escrow, out of the faucet. */
  public void deposit(LedgerContracts contracts, EvmKey account, Amount coins) {
    EvmKey faucet = faucet();
    Keyring keys = new Keyring();
    keys.add(faucet);
    keys.add(account);
    new Erc20(chain, contracts.coin(), keys)
        .transfer(faucet.account(), account.account(), coins)
        .orThrow();
    new EvmLedger(chain, contracts, keys).deposit(account.account(), coins).orThrow();
  }

  /** The parameters of a deployment by {@link #faucet}. */
  public Map<String, String> parameters(DeployPlan plan, AccountId publisher) {
    return Deployer.parameters(
        plan.developmentParameters(),
        new Deployer.Parties(faucet().account(), treasury(), publisher),
        chain);
  }

  /** Sets the time that the next block is made at. Time goes on from there. */
  public void setClock(Instant time) {
    tell("evm_setTime", time.getEpochSecond());
  }

  /** Lets time pass, and makes a block at its end. */
  public void pass(Duration time) {
    tell("evm_increaseTime", time.toSeconds());
    tell("evm_mine");
  }

  /** Makes so many blocks at once, a second apart; the chain's own come besides. */
  public void mine(long blocks) {
    tell("anvil_mine", Numeric.encodeQuantity(BigInteger.valueOf(blocks)));
  }

  private void tell(String method, Object... parameters) {
    chain.ask(
        method, new Request<>(method, List.of(parameters), chain.service(), VoidResponse.class));
  }
}
