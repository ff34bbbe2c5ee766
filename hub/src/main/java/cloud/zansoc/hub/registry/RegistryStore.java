package cloud.zansoc.hub.registry;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.TokenView;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the registry durably. Every method is one transaction, which has happened when it returns.
 * Thread-safe.
 */
public interface RegistryStore {
  /** Every client and operator. */
  List<Member> members();

  /** One tenant. */
  Optional<Tenant> tenant(String id);

  /** Adds the tenant and the member where they are not there yet. */
  void addMember(Tenant tenant, Member member);

  /**
   * Adds a client by a token, which loses one use. A peer that is a member already stays as it was,
   * and the token too.
   *
   * @param own the tenant that the client gets where the token names none
   * @param joining with the tenant left open ("")
   * @return the member as it is kept now
   * @throws cloud.zansoc.base.ZansocException as {@link Token#check}, and TOKEN_INVALID
   */
  Member joinMember(Digest secret, Tenant own, Member joining);

  /**
   * Adds a host by a token, which loses one use, or changes the host that is there. One that is
   * there and has not left needs no token.
   *
   * @return the host as it is kept now: wish, first joining and last status of the one that was
   *     there are kept
   * @throws cloud.zansoc.base.ZansocException as {@link Token#check}, TOKEN_INVALID, and
   *     ALREADY_EXISTS where another host has the name
   */
  HostRecord joinHost(Digest secret, HostRecord joining);

  /** Keeps a new token. */
  void addToken(Token token);

  /** One token by the SHA-256 of its secret. */
  Optional<Token> token(Digest secret);

  /** Every token, newest first. */
  List<TokenView> tokens();

  /** Ends a token; false where there is none of this id. */
  boolean revokeToken(String id);

  /** Every host, also those that left. */
  List<HostRecord> hosts();

  /** Keeps what a host shall do, and from when on nothing runs there any more. */
  void wish(PeerId host, HostRecord.Wish wish, Optional<Instant> reclaimed);

  /** Keeps when hosts were seen last, from where, and with which status. */
  void seen(Collection<HostRecord> hosts);

  /** How many receipts of the host are kept. */
  long receipts(PeerId host);

  /**
   * Keeps more receipts of a host; those that are kept already are left as they are.
   *
   * @param after how many come before the first of these
   * @param receipts encoded Receipt.Signed
   */
  void keepReceipts(PeerId host, long after, List<byte[]> receipts);

  /** The host's receipts after the first {@code after}, at most {@code limit}, in order. */
  List<byte[]> receipts(PeerId host, long after, int limit);
}
