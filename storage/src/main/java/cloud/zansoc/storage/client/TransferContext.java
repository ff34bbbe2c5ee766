package cloud.zansoc.storage.client;

/** What all transfers of one client share. */
record TransferContext(StorageHub hub, HostNetwork hosts, Coding coding, TransferLimits limits) {}
