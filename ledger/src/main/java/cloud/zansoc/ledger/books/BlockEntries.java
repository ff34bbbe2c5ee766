package cloud.zansoc.ledger.books;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a block has moved: what is booked at once or not at all.
 *
 * @param entries by ascending number of their event
 * @param channels those that were funded in it, by id
 */
public record BlockEntries(
    BlockRef block, List<Entry> entries, Map<String, ChannelParties> channels) {
  /** Refuses entries that are out of order, or twice the same event. */
  public BlockEntries {
    entries = List.copyOf(entries);
    channels = Map.copyOf(channels);
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).log() <= entries.get(i - 1).log()) {
        throw new IllegalArgumentException(
            "block " + block + " has event " + entries.get(i).log() + " out of order");
      }
    }
  }

  /** What the block has moved, by each account that it touches, in the order of their texts. */
  public Map<BookAccount, BigInteger> changes() {
    Map<BookAccount, BigInteger> changes = new TreeMap<>((a, b) -> a.text().compareTo(b.text()));
    entries.forEach(entry ->
        entry
            .postings()
            .forEach(
                posting -> changes.merge(posting.account(), posting.amount(), BigInteger::add)));
    return changes;
  }
}
