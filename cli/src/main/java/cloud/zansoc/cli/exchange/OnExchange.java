package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.evm.EvmExchange;

/** A command that works with the exchange of the hub's ledger. */
abstract class OnExchange extends ChainCommand {
  /** Does the work; failures are ZansocExceptions. */
  abstract void run(ChainSession chain, Exchange exchange, Output output);

  @Override
  protected final void run(ChainSession chain, Output output) {
    run(chain, new EvmExchange(chain.chain(), chain.exchange(), chain.keys()), output);
  }
}
