package cloud.zansoc.net.node;

/**
 * A host's account on the chain, and its word for it: what it answers to the order {@code account}.
 *
 * @param account an address, to which leases pay
 * @param signature of the host's Ed25519 key over the registry's binding message for the account,
 *     as 0x and 128 digits; docs/reference/contracts.md has the message
 */
public record HostAccount(String account, String signature) {}
