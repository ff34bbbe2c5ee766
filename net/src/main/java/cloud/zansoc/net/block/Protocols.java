package cloud.zansoc.net.block;

/** What peers agree on by ALPN; the number is the protocol's version. */
public final class Protocols {
  /** Blocks, between a client and a host: docs/format/block-protocol.md. */
  public static final String BLOCK = "zansoc-block/1";

  /** Orders, from a hub to a host that dialled it: docs/format/control-protocol.md. */
  public static final String CONTROL = "zansoc-control/1";

  /** A client's way to a host through the hub's peer port: docs/format/control-protocol.md. */
  public static final String RELAY = "zansoc-relay/1";

  private Protocols() {}
}
