package cloud.zansoc.net.node;

/** The names of the orders that a hub gives over the control connection, and their bodies. */
public final class Orders {
  /** Body: {@link HostSettings} as JSON. Answer: {@link HostStatus} as JSON. */
  public static final String HEARTBEAT = "heartbeat";

  /** Body: shard ids, 16 bytes each. The host forgets these shards; answer empty. Idempotent. */
  public static final String DELETE_SHARDS = "delete-shards";

  /** Body: a repair order (storage's RepairOrder, encoded). Answer: its result. */
  public static final String REPAIR = "repair";

  /**
   * Body: 8 bytes, how many receipts the hub has kept. Answer: the signed receipts after those,
   * each {@code Receipt.BYTES + 64} bytes.
   */
  public static final String RECEIPTS = "receipts";

  /** Body: compute's InstanceOrder as JSON. Answer: its InstanceStatus. Idempotent. */
  public static final String INSTANCE = "instance";

  /**
   * Body: empty, or a JSON list of the ids of the instances that the hub still knows; the host
   * forgets those that it has removed and that are not named. Answer: a JSON list of
   * InstanceStatus, of all instances that the host knows.
   */
  public static final String INSTANCES = "instances";

  /** Body: compute's OfferRequest as JSON. Answer: its HostOffer. */
  public static final String OFFER = "offer";

  /**
   * Body: compute's UsageRequest as JSON. Answer: a usage receipt that the host has signed. The
   * same request has the same answer.
   */
  public static final String USAGE = "usage";

  /** Body: a usage receipt that both have signed, which the host keeps; answer empty. */
  public static final String USAGE_RECEIPT = "usage-receipt";

  /** Body: compute's SnapshotOrder as JSON. Answer empty, once the snapshot is in storage. */
  public static final String VOLUME_SNAPSHOT = "volume-snapshot";

  /** Body empty. Answer: {@link HostAccount} as JSON. */
  public static final String ACCOUNT = "account";

  private Orders() {}
}
