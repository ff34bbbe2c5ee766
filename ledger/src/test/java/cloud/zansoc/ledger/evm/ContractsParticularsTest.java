package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Deal;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.HostDescription;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.PossessionTree;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.TestKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;

/** What is particular to registry and deals on a chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContractsParticularsTest {
  private final ChainWorld world;
  private EvmKey client = TestKeys.fresh();
  private EvmKey host = TestKeys.fresh();

  ContractsParticularsTest() throws IOException {
    this.world = ChainWorld.start();
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  @BeforeEach
  void fund() {
    client = TestKeys.fresh();
    host = TestKeys.fresh();
    world.fund(client, Amount.ofCoins(1));
    world.fund(host, Amount.ofCoins(1));
    world.ledger().deposit(client.account(), Amount.ofCoins(1)).orThrow();
  }

  @Test
  void binding_ofAClaimThatNobodySigned_isEmptyAlthoughTheChainHasIt() {
    boolean registered =
        new ChainActors(world)
            .send(
                host,
                "registry",
                "register",
                bytes(1),
                bytes(2),
                bytes(3),
                bytes(4),
                new Uint16(5));

    assertThat(registered).isTrue();
    assertThat(world.registry().host(host.account()).description())
        .isEqualTo(new HostDescription(Digest.of(bytes(4).getValue()), 5));
    assertThat(world.registry().host(host.account()).isRegistered()).isTrue();
    assertThat(world.registry().binding(host.account())).isEmpty();
  }

  @Test
  void bindingMessage_isWhatTheRegistrySays() {
    AccountId registry = world.contract("registry");
    Words answer =
        world
            .chain()
            .read(
                registry,
                EscrowCalls.encoded("bindingMessage", EscrowCalls.address(host.account())));
    byte[] message = world.registry().bindingMessage(host.account());

    // Its offset, its length, and its bytes, filled up.
    assertThat(answer.count(1)).isEqualTo(message.length);
    byte[] seen = new byte[message.length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = answer.digest(2 + i / Words.BYTES).toBytes()[i % Words.BYTES];
    }
    assertThat(seen).isEqualTo(message);
  }

  @Test
  void challenges_areThoseOfTheContract() {
    DealId deal = new DealId("0x" + "ab".repeat(32));
    Digest seed = Digest.sha256(new byte[] {9});
    for (long leaves : new long[] {1, 7, 1L << 40}) {
      Words answer =
          world
              .chain()
              .read(
                  world.contract("deals"),
                  EscrowCalls.encoded(
                      "challenge",
                      EscrowCalls.word(new BigInteger(deal.text().substring(2), 16)),
                      EscrowCalls.word(seed),
                      new Uint256(3),
                      new Uint256(leaves)));
      assertThat(world.terms().challenge(deal, seed, 3, leaves)).isEqualTo(answer.count(0));
    }
  }

  @Test
  void proof_ofASeedThatTheChainGaveUp_isRefusedAndMadeAnew(@TempDir Path folder)
      throws IOException {
    byte[] data = new byte[40_000];
    new Random(3).nextBytes(data);
    Path file = Files.write(folder.resolve("data"), data);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      PossessionTree tree = PossessionTree.read(channel);
      Deal deal = open(tree, 4);
      world.beginPeriod();
      Digest first = world.deals().seed(deal.next()).orElseThrow();
      PossessionProof old = tree.prove(channel, world.deals().challenges(deal, first));
      world.anvil().giveUpBlocks(1);
      world.pass(Duration.ofSeconds(1));
      world.anvil().mine();
      Digest second = world.deals().seed(deal.next()).orElseThrow();
      assertThat(second).isNotEqualTo(first);

      assertThat(world.deals().prove(host.account(), deal.id(), old))
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.reason()).isInstanceOf(Refusal.WrongProof.class));

      PossessionProof anew = tree.prove(channel, world.deals().challenges(deal, second));
      world.deals().prove(host.account(), deal.id(), anew).orThrow();
    }
  }

  private Deal open(PossessionTree tree, int samples) {
    DealTerms terms =
        new DealTerms(
            host.account(),
            Optional.of(client.account()),
            tree.root(),
            tree.leaves(),
            samples,
            5,
            Amount.ofUnits(10),
            Amount.ZERO,
            world.ledger().now().plus(Duration.ofHours(1)),
            BigInteger.ONE);
    return world.deals().open(client.account(), world.terms().sign(host, terms)).orThrow();
  }

  private static Bytes32 bytes(int value) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) value;
    return new Bytes32(bytes);
  }
}
