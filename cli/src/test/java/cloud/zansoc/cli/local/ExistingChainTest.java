package cloud.zansoc.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.Contracts;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.DevelopmentChain;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.Keystore;
import cloud.zansoc.ledger.evm.LedgerContracts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local cloud on a chain that somebody else runs. */
final class ExistingChainTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_900_000_000);
  private static final AccountId PUBLISHER = TestKeys.named("publisher").account();

  private final ContractsFolder contracts = new ContractsFolder(Contracts.built());
  private final LedgerOptions options = new LedgerOptions();

  @TempDir private Path folder;

  private List<String> prepare(URI node) {
    return new ExistingChain(folder, node, options)
        .prepare(Optional.of(contracts), () -> PUBLISHER);
  }

  private ZansocException failure(URI node) {
    return catchThrowableOfType(ZansocException.class, () -> prepare(node));
  }

  private static Anvil anvil(String... further) throws IOException {
    return Anvil.start(Contracts.program("anvil"), NOW, 0, further);
  }

  @Test
  void prepare_onAChainWithTheKnownAccounts_deploysOnce() throws IOException {
    try (Anvil anvil = anvil()) {
      List<String> first = prepare(anvil.url());
      long height = height(anvil);

      assertThat(prepare(anvil.url())).isEqualTo(first);
      assertThat(height(anvil)).isEqualTo(height);
      LedgerValues values = ExistingChain.values(folder).orElseThrow();
      assertThat(values.lines()).isEqualTo(first);
      try (EvmChain chain = LedgerValues.connect(anvil.url(), Anvil.CHAIN)) {
        LedgerContracts deployed = values.contracts(chain);
        assertThat(deployed.publisher()).isEqualTo(PUBLISHER);
        assertThat(deployed.treasury()).isEqualTo(DevelopmentChain.treasury());
      }
    }
  }

  @Test
  void prepare_ofNamedContracts_checksThem() throws IOException {
    try (Anvil anvil = anvil()) {
      LedgerValues deployed = deployed(anvil);
      Files.delete(folder.resolve("ledger.properties"));
      options.escrow = Optional.of(deployed.escrow());
      options.router = deployed.router();
      options.twap = deployed.twap();
      assertThat(prepare(anvil.url())).isEqualTo(deployed.lines());

      for (AccountId wrong : List.of(TestKeys.fresh().account(), deployed.router().orElseThrow())) {
        options.escrow = Optional.of(wrong);

        assertThat(failure(anvil.url()).code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
      }
    }
  }

  private LedgerValues deployed(Anvil anvil) {
    prepare(anvil.url());
    return ExistingChain.values(folder).orElseThrow();
  }

  @Test
  void prepare_onAnotherChainThanBefore_isRefused() throws IOException {
    try (Anvil anvil = anvil()) {
      LedgerValues here = deployed(anvil);
      new LedgerValues(here.node(), 4711, here.escrow(), here.router(), here.twap())
          .write(folder.resolve("ledger.properties"));

      ZansocException refused = failure(anvil.url());

      assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
      assertThat(refused).hasMessageContaining("4711");
    }
  }

  @Test
  void prepare_withAnotherNumberThanTheNodes_isRefused() throws IOException {
    try (Anvil anvil = anvil()) {
      options.number = Optional.of(1L);

      ZansocException refused = failure(anvil.url());

      assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
      assertThat(refused).hasMessageContaining("not of 1");
    }
  }

  @Test
  void prepare_whereNobodyHasAnythingToDeployWith_saysWhatToGive() throws IOException {
    try (Anvil anvil = anvil("--balance=0")) {
      ZansocException refused = failure(anvil.url());

      assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
      assertThat(refused).hasMessageContaining("--escrow").hasMessageContaining("--deployer");

      Path keystore = folder.resolve("key.json");
      new Keystore(keystore).write(TestKeys.named("owner"), "word");
      options.deployer = Optional.of(keystore);
      assertThat(failure(anvil.url())).hasMessageContaining("--deployer-password-file");

      options.deployerPassword = Optional.of(Files.writeString(folder.resolve("word"), "word\n"));
      assertThat(failure(anvil.url())).hasMessageContaining("--stablecoin");
    }
  }

  @Test
  void prepare_withAnAccountOfOnesOwn_makesItTheTreasury() throws IOException {
    AccountId stablecoin;
    try (Anvil anvil = anvil()) {
      deployed(anvil);
      try (EvmChain chain = LedgerValues.connect(anvil.url(), Anvil.CHAIN)) {
        LedgerValues values = ExistingChain.values(folder).orElseThrow();
        stablecoin = values.exchange(chain).orElseThrow().stablecoin();
      }
      Files.delete(folder.resolve("ledger.properties"));
      Path keystore = folder.resolve("key.json");
      new Keystore(keystore).write(TestKeys.named("owner"), "word");
      options.deployer = Optional.of(keystore);
      options.deployerPassword = Optional.of(Files.writeString(folder.resolve("word"), "word\n"));
      options.stablecoin = Optional.of(stablecoin);

      prepare(anvil.url());

      LedgerValues values = ExistingChain.values(folder).orElseThrow();
      try (EvmChain chain = LedgerValues.connect(anvil.url(), Anvil.CHAIN)) {
        assertThat(values.contracts(chain).treasury()).isEqualTo(TestKeys.named("owner").account());
        assertThat(values.exchange(chain).orElseThrow().stablecoin()).isEqualTo(stablecoin);
      }
    }
  }

  private static long height(Anvil anvil) {
    try (EvmChain chain = LedgerValues.connect(anvil.url(), Anvil.CHAIN)) {
      return chain.height();
    }
  }
}
