package cloud.zansoc.ledger.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;

/**
 * How a chain is reached.
 *
 * @param node the JSON-RPC interface of one of its nodes
 * @param chain the chain's number; a node of another chain is refused
 * @param tip what the maker of a block gets for each unit of gas, in wei
 * @param pollInterval how often the node is asked whether a transaction is in a block
 * @param patience how long one may take until it is
 */
public record ChainOptions(
    URI node, long chain, BigInteger tip, Duration pollInterval, Duration patience) {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  public ChainOptions {
    if (!pollInterval.isPositive() || !patience.isPositive()) {
      throw new IllegalArgumentException(
          "poll interval " + pollInterval + " and patience " + patience + " must be positive");
    }
  }

  /** With the intervals for chains that make a block every few seconds. */
  public static ChainOptions of(URI node, long chain, BigInteger tip) {
    return new ChainOptions(node, chain, tip, POLL_INTERVAL, PATIENCE);
  }

  /** The node for messages: without user and path, in which providers put secrets. */
  String name() {
    return node.getHost() + ":" + node.getPort();
  }
}
