package cloud.zansoc.storage.hub;

import cloud.zansoc.codec.erasure.RedundancyScheme;
import java.util.List;

/**
 * The scheme that suits a number of hosts: the widest of a table. Only from 88 hosts on is 32 of 80
 * chosen, so that 80 can be found while a tenth of the hosts is away; the narrower ones use every
 * host there is, as few hosts make safety scarcer than space.
 */
public final class RedundancyChoice {
  private record Row(int hosts, int k, int n) {}

  private static final List<Row> TABLE =
      List.of(
          new Row(88, 32, 80),
          new Row(44, 16, 40),
          new Row(22, 8, 20),
          new Row(12, 6, 12),
          new Row(10, 5, 10),
          new Row(8, 4, 8),
          new Row(6, 3, 6),
          new Row(4, 2, 4),
          new Row(3, 1, 3),
          new Row(2, 1, 2));

  private RedundancyChoice() {}

  /** The scheme for {@code hosts} that take blocks; 1 of 1, without redundancy, for one or none. */
  public static RedundancyScheme forHosts(int hosts) {
    for (Row row : TABLE) {
      if (hosts >= row.hosts) {
        return RedundancyScheme.of(row.k, row.n);
      }
    }
    return RedundancyScheme.of(1, 1);
  }
}
