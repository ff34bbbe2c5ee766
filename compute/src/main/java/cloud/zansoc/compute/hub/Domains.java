package cloud.zansoc.compute.hub;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Small numbers for values, given back when nobody uses them. Not thread-safe. */
final class Domains<T> {
  private final Map<T, Domain> byValue = new HashMap<>();
  private final BitSet taken = new BitSet();

  private static final class Domain {
    final int number;
    int users;

    Domain(int number) {
      this.number = number;
    }
  }

  /** The number of a value, for one more user. */
  int enter(T value) {
    Domain domain =
        byValue.computeIfAbsent(
            value,
            any -> {
              int number = taken.nextClearBit(0);
              taken.set(number);
              return new Domain(number);
            });
    domain.users++;
    return domain.number;
  }

  /** One user of a value less. */
  void leave(T value) {
    Domain domain = byValue.get(value);
    if (domain != null && --domain.users == 0) {
      byValue.remove(value);
      taken.clear(domain.number);
    }
  }

  /** All numbers are below this. */
  int bound() {
    return taken.length();
  }
}
