package cloud.zansoc.hub.api;

/** Who may use a route. */
public enum Access {
  /** Everybody, also without a certificate. */
  ANYONE("anyone"),
  /** Whoever shows a certificate. */
  PEER("a certificate"),
  /** Hosts, clients and operators. */
  ENROLLED("host, client, operator"),
  /** The same, and hosts that have left: what they have earned stays theirs. */
  EARNER("host, also one that has left, client, operator"),
  /** Clients and operators: who has a tenant. */
  TENANT("client, operator"),
  /** Hosts. */
  HOST("host"),
  /** The host that the path names, and operators. */
  OWNER("the host itself, operator"),
  /** Operators. */
  OPERATOR("operator");

  private final String text;

  Access(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
