package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.ledger.evm.EvmTerms;
import cloud.zansoc.ledger.evm.RewardTree;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** The model, with a clock that is set by hand. */
final class MemoryWorld implements World {
  private static final LedgerId ALONE = new LedgerId(31337, TestKeys.named("escrow").account());
  private static final long PERIOD_BLOCKS = 60;
  private static final Instant START = Instant.ofEpochSecond(1_900_000_000);

  private final CountedBlocks counted = new CountedBlocks();
  private final MemoryDeals.Blocks blocks;
  private final long periodBlocks;
  private final EvmTerms terms;
  private final EvmOffers offers;
  private final MemoryLedger ledger;
  private final MemoryChannels channels;
  private final MemoryRegistry registry;
  private final MemoryDeals deals;
  private final MemoryRewards rewards;
  private Instant now;

  /** One with blocks of its own. */
  MemoryWorld() {
    this.now = START;
    this.blocks = counted;
    this.periodBlocks = PERIOD_BLOCKS;
    this.terms = new EvmTerms(ALONE, TestKeys.named("deals").account());
    this.offers = new EvmOffers(ALONE);
    this.ledger = new MemoryLedger(offers, TestKeys.named("treasury").account(), () -> now);
    this.channels = new MemoryChannels(ledger, vouchers());
    this.registry = new MemoryRegistry(ledger, MemoryWorld::bindingMessage);
    this.deals = new MemoryDeals(ledger, registry, terms, blocks, periodBlocks);
    this.rewards = rewards(START);
  }

  /** A model of the contracts on a chain, which gives it their addresses and its blocks. */
  MemoryWorld(ChainWorld chain) {
    this.now = chain.ledger().now();
    this.blocks = chain.blocks();
    this.periodBlocks = chain.periodBlocks();
    this.terms = chain.terms();
    this.offers = chain.offers();
    this.ledger = new MemoryLedger(offers, chain.ledger().treasury(), () -> now);
    this.channels = new MemoryChannels(ledger, vouchers());
    this.registry = new MemoryRegistry(ledger, chain.registry()::bindingMessage);
    this.deals = new MemoryDeals(ledger, registry, terms, blocks, periodBlocks);
    this.rewards = rewards(chain.rewards().start());
  }

  private MemoryRewards rewards(Instant start) {
    return new MemoryRewards(
        ledger, TestKeys.named("publisher").account(), start, RewardTree::rootOf);
  }

  private static byte[] bindingMessage(AccountId host) {
    return host.text().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public Channels channels() {
    return channels;
  }

  @Override
  public Mandates mandates() {
    return ledger.mandates();
  }

  @Override
  public Registry registry() {
    return registry;
  }

  @Override
  public Deals deals() {
    return deals;
  }

  @Override
  public Rewards rewards() {
    return rewards;
  }

  @Override
  public EvmOffers offers() {
    return offers;
  }

  @Override
  public EvmTerms terms() {
    return terms;
  }

  @Override
  public MemoryDeals.Blocks blocks() {
    return blocks;
  }

  @Override
  public long periodBlocks() {
    return periodBlocks;
  }

  @Override
  public void mine(int count) {
    counted.next += count;
  }

  @Override
  public void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  public void fund(EvmKey key, Amount coins) {
    ledger.mint(key.account(), coins);
  }

  /** Blocks whose hash is that of their height. */
  private static final class CountedBlocks implements MemoryDeals.Blocks {
    private long next = 1000;

    @Override
    public long next() {
      return next;
    }

    @Override
    public Digest hash(long height) {
      return Digest.sha256(BigInteger.valueOf(height).toByteArray());
    }
  }
}
