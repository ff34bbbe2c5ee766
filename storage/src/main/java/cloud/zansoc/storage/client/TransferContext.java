package cloud.zansoc.storage.client;

import java.util.concurrent.ExecutorService;

/**
 * What all transfers of one client share.
 *
 * @param coders the bounded threads for encryption, code and hashes
 */
record TransferContext(
    StorageHub hub,
    HostNetwork hosts,
    StripeBuffers buffers,
    ExecutorService coders,
    TransferLimits limits) {}
