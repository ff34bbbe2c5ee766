package cloud.zansoc.compute.hub;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Small numbers for texts, given back when nobody uses them. Not thread-safe. */
final class Domains {
  private final Map<String, Domain> byText = new HashMap<>();
  private final BitSet taken = new BitSet();

  private static final class Domain {
    final int number;
    int users;

    Domain(int number) {
      this.number = number;
    }
  }

  /** The number of a text, for one more user. */
  int enter(String text) {
    Domain domain =
        byText.computeIfAbsent(
            text,
            any -> {
              int number = taken.nextClearBit(0);
              taken.set(number);
              return new Domain(number);
            });
    domain.users++;
    return domain.number;
  }

  /** One user of a text less. */
  void leave(String text) {
    Domain domain = byText.get(text);
    if (domain != null && --domain.users == 0) {
      byText.remove(text);
      taken.clear(domain.number);
    }
  }

  /** All numbers are below this. */
  int bound() {
    return taken.length();
  }
}
