package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys that a process signs with. They live in memory only. */
public final class Keyring {
  private final Map<AccountId, EvmKey> keys = new ConcurrentHashMap<>();

  /** Adds a key. */
  public void add(EvmKey key) {
    keys.put(key.account(), key);
  }

  /** The key of an account; fails with WRONG_KEY where it is not here. */
  EvmKey of(AccountId account) {
    EvmKey key = keys.get(account);
    if (key == null) {
      throw new ZansocException(ErrorCode.WRONG_KEY, "there is no key of " + account + " here");
    }
    return key;
  }
}
