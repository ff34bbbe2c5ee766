package cloud.zansoc.ledger.books;

import java.math.BigInteger;
import java.util.List;

/**
 * What one event of the chain has moved.
 *
 * @param log the event's number in its block
 * @param transaction the hash of what has caused it
 * @param event the event's name
 * @param postings at least two, which sum to zero
 */
public record Entry(int log, String transaction, String event, List<Posting> postings) {
  /**
   * Refuses what does not balance.
   *
   * @throws IllegalArgumentException if the postings are fewer than two or do not sum to zero
   */
  public Entry {
    postings = List.copyOf(postings);
    BigInteger sum =
        postings.stream().map(Posting::amount).reduce(BigInteger.ZERO, BigInteger::add);
    if (postings.size() < 2 || sum.signum() != 0) {
      throw new IllegalArgumentException(
          "the %d postings of event %s, log %d, sum to %s and not to zero"
              .formatted(postings.size(), event, log, sum));
    }
  }
}
