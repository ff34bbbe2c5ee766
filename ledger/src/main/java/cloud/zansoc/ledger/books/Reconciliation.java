package cloud.zansoc.ledger.books;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares books with the contracts, to the unit, at the very block that the books stand at.
 *
 * <p>Coins that the escrow has are compared first, then every account. What is {@link
 * BookAccount.Kind#UNASSIGNED} no contract says: on the chain's side it is what the escrow has
 * beyond all other accounts. A node that keeps a deposit of an account silent which the books have
 * never met would show there only, so that the report names that sum.
 */
public final class Reconciliation {
  /** How often it is tried again when the node no longer has the state of a block. */
  private static final int MAX_TRIES = 10;

  private final Booker booker;
  private final BooksChain chain;
  private final BooksStore store;

  public Reconciliation(Booker booker, BooksChain chain, BooksStore store) {
    this.booker = booker;
    this.chain = chain;
    this.store = store;
  }

  /**
   * An account about which books and chain differ.
   *
   * @param books units that it has by the books
   * @param chain units that it has by the contracts
   */
  public record Difference(BookAccount account, BigInteger books, BigInteger chain) {}

  /**
   * What came of comparing.
   *
   * @param block at which was compared
   * @param accounts how many were compared
   * @param coins units that the escrow has, by its coins
   * @param unassigned of these, units that the books have credited to nobody
   * @param differences by account; empty: books and chain are equal
   */
  public record Report(
      BlockRef block,
      long accounts,
      BigInteger coins,
      BigInteger unassigned,
      List<Difference> differences) {
    public Report {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Books what is new, then compares.
   *
   * @throws ZansocException those of {@link Booker#catchUp}; GONE where the node gave up the state
   *     of each block before it could be compared
   */
  public Report run() {
    for (int i = 1; ; i++) {
      booker.catchUp();
      BooksStore.Balances balances = store.balances();
      try {
        return compared(balances);
      } catch (ZansocException e) {
        if (e.code() != ErrorCode.GONE || i == MAX_TRIES) {
          throw e;
        }
      }
    }
  }

  private Report compared(BooksStore.Balances balances) {
    Set<BookAccount> accounts = new HashSet<>(balances.amounts().keySet());
    accounts.addAll(List.of(BookAccount.OUTSIDE, BookAccount.UNASSIGNED, BookAccount.REWARDS));
    accounts.addAll(chain.modules().keySet());
    Map<BookAccount, BigInteger> actual = new HashMap<>(chain.holdings(balances.block(), accounts));
    BigInteger coins = actual.getOrDefault(BookAccount.OUTSIDE, BigInteger.ZERO).negate();
    divideModules(actual);
    // What nobody else has of the escrow's coins: all accounts with OUTSIDE sum to zero.
    BigInteger sum = actual.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    actual.put(BookAccount.UNASSIGNED, sum.negate());

    List<Difference> differences = new ArrayList<>();
    for (BookAccount account : accounts) {
      BigInteger booked = balances.amounts().getOrDefault(account, BigInteger.ZERO);
      BigInteger there = actual.getOrDefault(account, BigInteger.ZERO);
      if (!booked.equals(there)) {
        differences.add(new Difference(account, booked, there));
      }
    }
    differences.sort(
        Comparator.comparing((Difference d) -> d.account().kind())
            .thenComparing(d -> d.account().id()));
    BigInteger unassigned =
        balances.amounts().getOrDefault(BookAccount.UNASSIGNED, BigInteger.ZERO);
    return new Report(balances.block(), accounts.size(), coins, unassigned, differences);
  }

  /** Leaves of what is held for a module what its own accounts do not explain. */
  private void divideModules(Map<BookAccount, BigInteger> actual) {
    chain
        .modules()
        .forEach((module, kinds) -> {
          BigInteger explained =
              actual.entrySet().stream()
                  .filter(entry -> kinds.contains(entry.getKey().kind()))
                  .map(Map.Entry::getValue)
                  .reduce(BigInteger.ZERO, BigInteger::add);
          actual.computeIfPresent(module, (key, held) -> held.subtract(explained));
        });
  }
}
