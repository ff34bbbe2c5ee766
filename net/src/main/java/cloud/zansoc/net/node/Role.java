package cloud.zansoc.net.node;

/** What a peer may do with a hub. */
public enum Role {
  /** Lends a machine. */
  HOST,
  /** Stores; belongs to a tenant. */
  CLIENT,
  /** Runs the hub: everything a client may, and invite and manage the others. */
  OPERATOR
}
