package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.RewardTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same random operations on the model and on the contracts: every answer and every balance must
 * be the same. Run again with -Dzansoc.seed=SEED, which a failure names.
 */
final class DifferentialTest {
  private static final int OPERATIONS = 1001;
  private static final int ENTRIES_EVERY = 20;
  private static final Amount OWNED = Amount.ofCoins(1000);

  private final long seed = Long.getLong("zansoc.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final List<EvmKey> keys = IntStream.range(0, 5).mapToObj(i -> TestKeys.fresh()).toList();
  private final List<SignedOffer> offers = new ArrayList<>();
  private final List<LeaseId> leases = new ArrayList<>();
  private final List<ChannelName> names = new ArrayList<>();
  private final List<MandateName> mandates = new ArrayList<>();
  private final List<DealId> deals = new ArrayList<>();
  private final Map<AccountId, Amount> earned = new HashMap<>();
  private final List<RewardClaim> claims = new ArrayList<>();
  @TempDir Path folder;
  private Path file;
  private PossessionTree tree;
  private int done;

  @BeforeEach
  void store() throws IOException {
    byte[] data = new byte[12_345];
    random.nextBytes(data);
    file = Files.write(folder.resolve("data"), data);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      tree = PossessionTree.read(channel);
    }
  }

  @Test
  void operations_atRandom_haveTheSameOutcomeInModelAndContracts() throws IOException {
    // Thousands of blocks whose states nobody asks for.
    try (ChainWorld contracts = ChainWorld.start("--prune-history")) {
      Ledger chain = contracts.ledger();
      World model = new MemoryWorld(contracts);
      for (EvmKey key : keys) {
        contracts.fund(key, OWNED);
        model.fund(key, OWNED);
      }
      Amount others = chain.coins(chain.id().escrow());
      for (int i = 0; i < OPERATIONS; i++) {
        passTime(contracts, model);
        Function<World, Outcome<?>> operation = next(model);
        Outcome<?> expected = operation.apply(model);
        assertThat(operation.apply(contracts))
            .as("operation %d of seed %d", i, seed)
            .isEqualTo(expected);
        assertThat(money(chain, others))
            .as("money after operation %d of seed %d", i, seed)
            .isEqualTo(money(model.ledger(), Amount.ZERO));
        if (i % ENTRIES_EVERY == 0) {
          assertThat(entries(contracts))
              .as("hosts, channels, mandates and deals after operation %d of seed %d", i, seed)
              .isEqualTo(entries(model));
        }
        done += expected instanceof Outcome.Done<?> ? 1 : 0;
      }
    }
    assertThat(done).as("operations of seed %d that were not refused", seed).isGreaterThan(200);
  }

  /** All balances and coins of all accounts; {@code others}: what the escrow had before. */
  private List<Amount> money(Ledger ledger, Amount others) {
    Stream<Amount> ofKeys =
        keys.stream()
            .map(EvmKey::account)
            .flatMap(account -> Stream.of(ledger.balance(account), ledger.coins(account)));
    return Stream.concat(
            ofKeys,
            Stream.of(
                ledger.balance(ledger.treasury()),
                ledger.coins(ledger.id().escrow()).minus(others)))
        .toList();
  }

  private void passTime(ChainWorld contracts, World model) {
    Duration time =
        switch (random.nextInt(80)) {
          case 0 -> Registry.THAW_DELAY;
          case 1, 2 -> Channels.CLOSE_DELAY;
          case 3, 4 -> Rewards.EPOCH;
          default -> Duration.ofSeconds(random.nextInt(4) == 0 ? random.nextInt(2000) : 0);
        };
    if (!time.isZero()) {
      contracts.pass(time);
      model.pass(time);
    }
    switch (random.nextInt(16)) {
      case 0 -> contracts.mine(1 + random.nextInt(70));
      case 1, 2 -> contracts.beginPeriod();
      default -> {}
    }
  }

  /** What registry, channels and deals know of all that was done so far. */
  private List<Object> entries(World world) {
    List<Object> entries = new ArrayList<>();
    keys.forEach(key -> entries.add(world.registry().host(key.account())));
    names.forEach(name -> entries.add(world.channels().channel(name)));
    mandates.forEach(name -> entries.add(world.mandates().mandate(name)));
    keys.forEach(key -> entries.add(world.rewards().rewarded(key.account())));
    entries.add(world.rewards().unclaimed());
    deals.forEach(deal -> entries.add(world.deals().deal(deal)));
    return entries;
  }

  private Function<World, Outcome<?>> next(World model) {
    AccountId caller = key().account();
    return switch (random.nextInt(43)) {
      case 16, 17 -> fund(caller);
      case 18, 19, 20 -> redeem(caller, model);
      case 21 -> requestClose(caller);
      case 22 -> closeChannel(caller);
      case 23, 24 -> stake(caller);
      case 25 -> thaw(caller);
      case 26 -> unstake(caller);
      case 27, 28 -> openDeal(caller, model);
      case 29, 30 -> prove(caller, model);
      case 31 -> random.nextBoolean() ? fault(caller) : end(caller);
      case 0, 1 -> deposit(caller);
      case 2 -> withdraw(caller, key().account());
      case 3, 4, 5, 6 -> open(caller, offer(model), model);
      case 7, 8 -> topUp(caller, lease());
      case 9, 10, 11 -> settle(caller, lease());
      case 12 -> settleMany(caller, random.ints(5, 0, 1000).mapToObj(i -> lease()).toList());
      case 13, 14 -> close(caller, lease());
      case 32 -> publish(model);
      case 33, 34 -> claim(caller);
      case 35, 36 -> grant(caller);
      case 37, 38, 39 -> openFor(model);
      case 40, 41 -> topUpFor(caller, lease(), model);
      case 42 -> revoke(caller);
      case 15 -> cancel(caller, offer(model).offer());
      default -> throw new AssertionError();
    };
  }

  private Function<World, Outcome<?>> deposit(AccountId caller) {
    Amount amount = upTo(400);
    return world -> world.ledger().deposit(caller, amount);
  }

  private Function<World, Outcome<?>> withdraw(AccountId caller, AccountId to) {
    Amount amount = upTo(200);
    return world -> world.ledger().withdraw(caller, to, amount);
  }

  private Function<World, Outcome<?>> open(AccountId caller, SignedOffer offer, World model) {
    leases.add(model.offers().leaseId(offer.offer()));
    Duration paid = prepaid();
    return world -> world.ledger().open(caller, offer, paid);
  }

  private Function<World, Outcome<?>> topUp(AccountId caller, LeaseId lease) {
    Duration paid = prepaid();
    return world -> world.ledger().topUp(caller, lease, paid);
  }

  private Function<World, Outcome<?>> grant(AccountId caller) {
    MandateName name =
        mandates.isEmpty() || random.nextInt(3) == 0
            ? new MandateName(caller, key().account(), reference())
            : mandates.get(random.nextInt(mandates.size()));
    if (!mandates.contains(name)) {
      mandates.add(name);
    }
    MandateTerms terms =
        new MandateTerms(
            upTo(400),
            new Amount(new BigInteger(random.nextInt(70), random)),
            Instant.ofEpochSecond(1_900_000_000L + random.nextInt(60 * 86_400)));
    return world -> world.mandates().grant(name.client(), name.agent(), name.deployment(), terms);
  }

  private Function<World, Outcome<?>> revoke(AccountId caller) {
    MandateName name = mandate();
    AccountId client = random.nextInt(4) == 0 ? caller : name.client();
    return world -> world.mandates().revoke(client, name.agent(), name.deployment());
  }

  private Function<World, Outcome<?>> openFor(World model) {
    MandateName name = mandate();
    List<SignedOffer> taken =
        Stream.generate(() -> offer(model)).limit(1 + random.nextInt(2)).toList();
    taken.forEach(offer -> leases.add(model.offers().leaseId(offer.offer())));
    Duration paid = prepaid();
    return world ->
        world.mandates().openFor(name.agent(), name.client(), name.deployment(), taken, paid);
  }

  /** By its agent mostly. */
  private Function<World, Outcome<?>> topUpFor(AccountId caller, LeaseId lease, World model) {
    Duration paid = prepaid();
    AccountId agent =
        model
            .ledger()
            .lease(lease)
            .flatMap(open ->
                mandates.stream()
                    .filter(name -> name.client().equals(open.client()))
                    .map(MandateName::agent)
                    .findAny())
            .orElse(caller);
    return world -> world.mandates().topUpFor(agent, lease, paid);
  }

  private MandateName mandate() {
    return mandates.isEmpty() || random.nextInt(12) == 0
        ? new MandateName(key().account(), key().account(), reference())
        : mandates.get(random.nextInt(mandates.size()));
  }

  private static Function<World, Outcome<?>> settle(AccountId caller, LeaseId lease) {
    return world -> world.ledger().settle(caller, lease);
  }

  private static Function<World, Outcome<?>> settleMany(AccountId caller, List<LeaseId> leases) {
    return world -> world.ledger().settleMany(caller, leases);
  }

  private static Function<World, Outcome<?>> close(AccountId caller, LeaseId lease) {
    return world -> world.ledger().close(caller, lease, CloseReason.NONE_GIVEN);
  }

  private static Function<World, Outcome<?>> cancel(AccountId caller, Offer offer) {
    return world -> world.ledger().cancelOffer(caller, offer);
  }

  private Function<World, Outcome<?>> fund(AccountId caller) {
    AccountId host = key().account();
    ChannelName name = new ChannelName(caller, host, reference());
    Amount amount = upTo(20);
    if (!names.contains(name)) {
      names.add(name);
    }
    return world -> world.channels().fund(caller, host, name.reference(), amount);
  }

  /** Of a known channel mostly; sometimes signed by another. */
  private Function<World, Outcome<?>> redeem(AccountId caller, World model) {
    ChannelName name = name();
    Voucher voucher = new Voucher(name.host(), name.reference(), upTo(40));
    EvmKey client =
        random.nextInt(8) == 0
            ? key()
            : keys.stream()
                .filter(key -> key.account().equals(name.client()))
                .findFirst()
                .orElseThrow();
    SignedVoucher signed = model.vouchers().sign(client, voucher);
    return world -> world.channels().redeem(caller, signed);
  }

  private Function<World, Outcome<?>> requestClose(AccountId caller) {
    ChannelName name = name();
    AccountId client = random.nextInt(4) == 0 ? caller : name.client();
    return world -> world.channels().requestClose(client, name.host(), name.reference());
  }

  private Function<World, Outcome<?>> closeChannel(AccountId caller) {
    ChannelName name = name();
    return world -> world.channels().closeChannel(caller, name);
  }

  private Function<World, Outcome<?>> stake(AccountId caller) {
    Amount amount = upTo(30);
    return world -> world.registry().stake(caller, amount);
  }

  private Function<World, Outcome<?>> thaw(AccountId caller) {
    Amount amount = upTo(10);
    return world -> world.registry().thaw(caller, amount);
  }

  private static Function<World, Outcome<?>> unstake(AccountId caller) {
    return world -> world.registry().unstake(caller);
  }

  private Function<World, Outcome<?>> openDeal(AccountId caller, World model) {
    EvmKey host = key();
    DealTerms terms =
        new DealTerms(
            host.account(),
            random.nextInt(8) == 0 ? Optional.of(key().account()) : Optional.empty(),
            tree.root(),
            tree.leaves(),
            random.nextInt(5),
            random.nextInt(6),
            upTo(2),
            upTo(4),
            model.ledger().now().plusSeconds(1000),
            new BigInteger(256, random));
    SignedTerms signed = model.terms().sign(random.nextInt(10) == 0 ? key() : host, terms);
    deals.add(model.terms().dealId(terms));
    return world -> world.deals().open(caller, signed);
  }

  /** A right proof mostly; sometimes one of another seed. */
  private Function<World, Outcome<?>> prove(AccountId caller, World model) {
    DealId id = deal();
    Digest seed =
        model
            .deals()
            .seed(model.deals().currentPeriod())
            .filter(known -> random.nextInt(8) != 0)
            .orElse(reference());
    PossessionProof proof =
        model
            .deals()
            .deal(id)
            .map(deal -> proof(model.deals().challenges(deal, seed)))
            .orElseGet(() -> new PossessionProof(List.of(), List.of()));
    return world -> world.deals().prove(caller, id, proof);
  }

  private PossessionProof proof(List<Long> challenges) {
    try (SeekableByteChannel data = Files.newByteChannel(file)) {
      return tree.prove(data, challenges);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Function<World, Outcome<?>> fault(AccountId caller) {
    DealId deal = deal();
    long most = random.nextInt(4);
    return world -> world.deals().fault(caller, deal, most);
  }

  private Function<World, Outcome<?>> end(AccountId caller) {
    DealId deal = deal();
    return world -> world.deals().end(caller, deal);
  }

  /** Of the next epoch mostly, with what was earned now and then more than is minted. */
  private Function<World, Outcome<?>> publish(World model) {
    long epoch = model.rewards().nextEpoch() + (random.nextInt(8) == 0 ? 1 : 0);
    Amount total = upTo(5);
    EvmKey lucky = key();
    earned.merge(lucky.account(), total.plus(upTo(1)), Amount::plus);
    RewardTree tree = new RewardTree(earned);
    AccountId publisher =
        random.nextInt(8) == 0 ? lucky.account() : TestKeys.named("publisher").account();
    EpochRewards rewards = new EpochRewards(epoch, tree.root(), total, reference());
    keys.forEach(key -> tree.claim(key.account()).ifPresent(claims::add));
    return world -> world.rewards().publish(publisher, rewards);
  }

  private Function<World, Outcome<?>> claim(AccountId caller) {
    RewardClaim claim =
        claims.isEmpty()
            ? new RewardClaim(caller, Amount.ofUnits(1), List.of())
            : claims.get(claims.size() - 1 - random.nextInt(Math.min(claims.size(), 10)));
    return world -> world.rewards().claim(caller, claim);
  }

  private DealId deal() {
    return deals.isEmpty() || random.nextInt(20) == 0
        ? new DealId("0x" + "cd".repeat(32))
        : deals.get(deals.size() - 1 - random.nextInt(Math.min(deals.size(), 6)));
  }

  private ChannelName name() {
    return names.isEmpty() || random.nextInt(20) == 0
        ? new ChannelName(key().account(), key().account(), reference())
        : names.get(random.nextInt(names.size()));
  }

  private Digest reference() {
    return Digest.sha256(new byte[] {(byte) random.nextInt(2)});
  }

  /** Mostly a new one; sometimes an old one, for one client, at a bad rate, or wrongly signed. */
  private SignedOffer offer(World model) {
    if (!offers.isEmpty() && random.nextInt(6) == 0) {
      return offers.get(random.nextInt(offers.size()));
    }
    EvmKey host = key();
    BigInteger rate = new BigInteger(1 + random.nextInt(60), random);
    Optional<AccountId> taker =
        random.nextInt(4) == 0 ? Optional.of(key().account()) : Optional.empty();
    Instant expiry = model.ledger().now().plusSeconds(random.nextInt(5000));
    Offer offer =
        new Offer(
            host.account(),
            taker,
            new Amount(random.nextInt(8) == 0 ? rate : rate.multiply(BigInteger.TEN)),
            expiry,
            Digest.sha256(new byte[] {(byte) random.nextInt()}),
            new BigInteger(256, random));
    SignedOffer signed = model.offers().sign(random.nextInt(12) == 0 ? key() : host, offer);
    offers.add(signed);
    return signed;
  }

  private LeaseId lease() {
    return leases.isEmpty() || random.nextInt(20) == 0
        ? new LeaseId("0x" + "cd".repeat(32))
        : leases.get(leases.size() - 1 - random.nextInt(Math.min(leases.size(), 12)));
  }

  private Duration prepaid() {
    return random.nextInt(30) == 0
        ? Ledger.LONGEST_PREPAYMENT
        : Duration.ofSeconds(random.nextInt(3000));
  }

  private Amount upTo(int coins) {
    BigInteger most = Amount.ofCoins(coins).units();
    return new Amount(new BigInteger(most.bitLength() + 8, random).mod(most));
  }

  private EvmKey key() {
    return keys.get(random.nextInt(keys.size()));
  }
}
