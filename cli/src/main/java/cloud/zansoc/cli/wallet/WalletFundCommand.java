package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.evm.DevelopmentChain;
import cloud.zansoc.ledger.evm.Erc20;
import cloud.zansoc.ledger.evm.EvmKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "fund",
    description = {
      "Give this wallet coins and test dollars, out of the faucet of a development chain.",
      "They are worth nothing. Other chains have no faucet."
    })
final class WalletFundCommand extends ChainCommand {
  @Option(names = "--coins", defaultValue = "1000", description = "How many coins (default: 1000).")
  private Amount coins;

  @Option(
      names = "--dollars",
      defaultValue = "1000",
      description = "How many test dollars, where there is an exchange (default: 1000).")
  private String dollars;

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId account = chain.account();
    EvmKey faucet = DevelopmentChain.faucet();
    if (chain.coin().balance(faucet.account()).isZero()) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "chain %d has no faucet: only a development chain gives coins away, one that './zansoc up' starts"
              .formatted(chain.chain().id()));
    }
    chain.keys().add(faucet);
    Map<String, String> given = new LinkedHashMap<>();
    given.put("account", account.text());
    Optional<Erc20> stablecoin = chain.stablecoin();
    // Read before anything moves, so that nothing has where it is none.
    Optional<Amount> minted =
        stablecoin.map(token -> parsed(dollars, token.decimals())).filter(some -> !some.isZero());
    if (!coins.isZero()) {
      chain.coin().transfer(faucet.account(), account, coins).orThrow();
      given.put("coins", coins.coins());
    }
    if (stablecoin.isPresent() && minted.isPresent()) {
      stablecoin.get().mint(faucet.account(), account, minted.get()).orThrow();
      given.put("dollars", dollars);
    }
    output.result(
        given,
        "Gave %s coins and %s test dollars to %s."
            .formatted(coins.coins(), given.getOrDefault("dollars", "no"), account));
  }

  private static Amount parsed(String text, int decimals) {
    try {
      return Amount.parse(text, decimals);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "--dollars: " + e.getMessage(), e);
    }
  }
}
