package cloud.zansoc.storage.host;

/**
 * What the store holds in all.
 *
 * @param storedBytes bytes of blocks kept, each block once
 * @param blocks how many blocks that is
 * @param diskBytes what the log takes on the disk, garbage included
 * @param freeBytes what may still be put: the least of capacity and free disk above the reserve
 */
public record StoreTotals(long storedBytes, long blocks, long diskBytes, long freeBytes) {}
