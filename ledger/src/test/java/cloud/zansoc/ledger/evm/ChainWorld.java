package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.MemoryDeals;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.World;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.web3j.utils.Numeric;

/** The contracts on a chain process of their own. */
public final class ChainWorld implements World, AutoCloseable {
  private static final Instant START = Instant.ofEpochSecond(1_900_000_000);
  private static final Amount GENESIS = Amount.ofCoins(400_000_000);

  private Anvil anvil;
  private final EvmChain chain;
  private final DeployPlan plan;
  private final Map<String, AccountId> contracts;
  private final Keyring keys = new Keyring();
  private final EvmLedger ledger;
  private final EvmChannels channels;
  private final EvmMandates mandates;
  private final EvmRegistry registry;
  private final EvmDeals deals;
  private final EvmRewards rewards;
  private final EvmKey faucet = TestKeys.named("faucet");
  private Instant now = START;

  private ChainWorld(Anvil anvil, EvmChain chain, DeployPlan plan) {
    this.anvil = anvil;
    this.chain = chain;
    this.plan = plan;
    Map<String, String> parameters = new HashMap<>(plan.developmentParameters());
    parameters.put("genesis", faucet.account().text());
    parameters.put("treasury", TestKeys.named("treasury").account().text());
    parameters.put("publisher", TestKeys.named("publisher").account().text());
    parameters.put("rewardsStart", String.valueOf(START.getEpochSecond()));
    this.contracts = new Deployer(chain, TestKeys.named("deployer"), plan).deploy(parameters);
    this.ledger = EvmLedger.of(chain, contract("escrow"), keys);
    LedgerContracts its = LedgerContracts.of(chain, contract("escrow"));
    this.channels = new EvmChannels(chain, its, keys);
    this.mandates = new EvmMandates(chain, its, keys);
    this.registry = new EvmRegistry(chain, its, keys);
    this.deals = new EvmDeals(chain, its, keys);
    this.rewards = new EvmRewards(chain, its, keys);
    keys.add(TestKeys.named("publisher"));
    keys.add(faucet);
    ledger.deposit(faucet.account(), GENESIS);
  }

  /** Starts a chain and deploys the contracts; skips the test where neither can be had. */
  public static ChainWorld start(String... anvilOptions) throws IOException {
    Path folder = Contracts.built();
    Anvil anvil = Anvil.start(Contracts.program("anvil"), START, 0, anvilOptions);
    try {
      return new ChainWorld(
          anvil, EvmChain.connect(options(anvil, Anvil.CHAIN)), DeployPlan.read(folder));
    } catch (RuntimeException e) {
      anvil.close();
      throw e;
    }
  }

  /** Starts the chain's process again where it was, after it has ended. */
  public void restart(String... anvilOptions) throws IOException {
    anvil = Anvil.start(Contracts.program("anvil"), now, anvil.url().getPort(), anvilOptions);
  }

  static ChainOptions options(Anvil anvil, long chain) {
    return new ChainOptions(
        anvil.url(), chain, BigInteger.ZERO, Duration.ofMillis(2), Duration.ofSeconds(20));
  }

  /** Its process. */
  public Anvil anvil() {
    return anvil;
  }

  public EvmChain chain() {
    return chain;
  }

  DeployPlan plan() {
    return plan;
  }

  Keyring keys() {
    return keys;
  }

  /** Where a step of the deployment has put its contract. */
  public AccountId contract(String name) {
    AccountId contract = contracts.get(name);
    if (contract == null) {
      throw new IllegalArgumentException("no step " + name);
    }
    return contract;
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public EvmChannels channels() {
    return channels;
  }

  @Override
  public EvmMandates mandates() {
    return mandates;
  }

  @Override
  public EvmRegistry registry() {
    return registry;
  }

  @Override
  public EvmDeals deals() {
    return deals;
  }

  @Override
  public EvmRewards rewards() {
    return rewards;
  }

  @Override
  public EvmTerms terms() {
    return deals.scheme();
  }

  @Override
  public MemoryDeals.Blocks blocks() {
    return new MemoryDeals.Blocks() {
      @Override
      public long next() {
        return chain.nextBlock().getNumber().longValueExact();
      }

      @Override
      public Digest hash(long height) {
        String hash = new ChainHistory(chain).header(height).orElseThrow().block().hash();
        return Digest.of(Numeric.hexStringToByteArray(hash));
      }
    };
  }

  @Override
  public long periodBlocks() {
    return deals.periodBlocks();
  }

  @Override
  public void mine(int count) {
    anvil.mine(count);
  }

  @Override
  public EvmOffers offers() {
    return new EvmOffers(ledger.id());
  }

  @Override
  public void pass(Duration time) {
    now = now.plus(time);
    anvil.nextBlockAt(now);
  }

  @Override
  public void fund(EvmKey key, Amount coins) {
    keys.add(key);
    switch (ledger.withdraw(faucet.account(), key.account(), coins)) {
      case Outcome.Done<Amount> done -> {}
      case Outcome.Refused<Amount> refused ->
          throw new IllegalStateException(refused.reason().message());
    }
  }

  @Override
  public void close() {
    chain.close();
    anvil.close();
  }
}
