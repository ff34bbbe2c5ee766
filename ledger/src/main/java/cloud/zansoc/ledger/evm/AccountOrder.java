package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one action at a time be under way for each account, in the order in which they came.
 *
 * <p>Its locks are held while a node is asked, and must be: what is numbered one after another has
 * to be numbered and sent before the next is. A slow node holds up that account only.
 */
final class AccountOrder {
  /** At most as many as there are keys. */
  private final Map<AccountId, ReentrantLock> accounts = new ConcurrentHashMap<>();

  <T> T next(AccountId account, Supplier<T> action) {
    ReentrantLock lock = accounts.computeIfAbsent(account, key -> new ReentrantLock(true));
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
