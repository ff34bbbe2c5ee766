package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;

/**
 * What the hub tells a host with each heartbeat.
 *
 * @param paused take nothing new
 * @param draining the hub moves this host's blocks away
 * @param nowMillis the hub's clock, for the host to notice its own skew
 */
public record HostSettings(boolean paused, boolean draining, ByteSize capacity, long nowMillis) {}
