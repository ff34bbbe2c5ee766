package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ZansocException;
import java.util.List;

/**
 * Lets instances reach the Internet by this machine's address, for an engine that sets no rules
 * itself: two dockerds that both set theirs in one network namespace remove each other's. It is a
 * table of nftables of its own, and removed as a whole. Takes root and nft.
 */
public final class AddressTranslation {
  private final String table;
  private final String pool;

  /**
   * @param table its name: of letters, digits and hyphens
   * @param pool the network of all instances, such as 10.213.0.0/16
   */
  public AddressTranslation(String table, String pool) {
    this.table = table;
    this.pool = pool;
  }

  /**
   * Sets it, in place of an earlier one.
   *
   * @throws ZansocException UNSUPPORTED, which says what is missing
   */
  public void set() {
    run(
        removal()
            + """
            table ip %1$s {
              chain postrouting {
                type nat hook postrouting priority 100; policy accept
                ip saddr %2$s ip daddr != %2$s masquerade
              }
            }
            """
                .formatted(table, pool));
  }

  /** Removes it, if it is there. */
  public void remove() {
    run(removal());
  }

  private String removal() {
    return "table ip %1$s {}\ndelete table ip %1$s\n".formatted(table);
  }

  private static void run(String rules) {
    SystemCommand.run(List.of("nft", "-f", "-"), rules);
  }
}
