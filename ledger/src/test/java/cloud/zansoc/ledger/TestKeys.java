package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.EvmKey;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys of no value: each is the hash of its public name. */
public final class TestKeys {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestKeys() {}

  /** The same key for the same name, always. */
  public static EvmKey named(String name) {
    String text = "zansoc test key: " + name;
    return EvmKey.ofSecret(Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).toBytes());
  }

  /** A key that nobody else in this process has. */
  public static EvmKey fresh() {
    return named("fresh " + COUNT.incrementAndGet());
  }
}
