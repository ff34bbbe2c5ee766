package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;

/** The sums over all nodes that are connected: GET /v1/totals. */
public record NetworkTotals(
    int nodes,
    int ready,
    int vcpus,
    double cpuPercent,
    ByteSize memory,
    ByteSize memoryUsed,
    ByteSize storage,
    ByteSize storageUsed,
    int gpus,
    int instances) {}
