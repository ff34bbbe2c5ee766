package cloud.zansoc.net.node;

import cloud.zansoc.net.HostAddress;

/**
 * The way into instances by SSH.
 *
 * @param hostKey the gateway's public key: type and base 64, as in known_hosts
 */
public record SshView(HostAddress address, String hostKey) {}
