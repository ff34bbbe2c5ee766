package cloud.zansoc.net.control;

import cloud.zansoc.net.block.BlockServer;

/**
 * What a host serves on its control connection.
 *
 * @param orders what its hub orders
 * @param streams what its hub opens streams for
 * @param blocks clients that its hub relays
 */
public record HostServices(OrderHandler orders, StreamHandler streams, BlockServer blocks) {}
