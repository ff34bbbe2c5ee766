package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.evm.EvmExchange;
import java.util.Optional;

/** The coin's average price, for commands that show US dollars and work without it too. */
public final class AverageCoinPrice {
  private AverageCoinPrice() {}

  /**
   * The average price at the exchange of the profile's hub. Where there is such a hub, but no price
   * that can be relied on, a note says why.
   */
  public static Optional<CoinPrice> known(Profile profile, Output output) {
    if (!profile.isLoggedIn()) {
      return Optional.empty();
    }
    try (Session session = Session.openBriefly(profile);
        ChainSession chain = ChainSession.open(session, Optional.empty())) {
      EvmExchange exchange = new EvmExchange(chain.chain(), chain.exchange(), chain.keys());
      return Optional.of(exchange.twap().map(AveragePrice::price).orThrow());
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.UNSUPPORTED) {
        output.note("zansoc: no price in the coin: " + e.getMessage());
      }
      return Optional.empty();
    }
  }
}
