package cloud.zansoc.hub.registry;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import cloud.zansoc.net.node.TokenView;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Makes, lists and ends join tokens. Of a token's secret only the digest is kept. Thread-safe. */
public final class Invitations {
  private static final Duration LONGEST_LIFE = Duration.ofDays(366);
  private static final int ID_BYTES = 5;
  private static final int MAX_NOTE = 1000;

  private final RegistryStore store;
  private final PeerId hub;
  private final Duration defaultLife;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param hub whose id the tokens pin
   * @param defaultLife of a token whose request names none
   */
  public Invitations(RegistryStore store, PeerId hub, Duration defaultLife, Clock clock) {
    this.store = store;
    this.hub = hub;
    this.defaultLife = defaultLife;
    this.clock = clock;
  }

  /**
   * Makes a token.
   *
   * @throws ZansocException INVALID_ARGUMENT, or NOT_FOUND where there is no such tenant
   */
  public NewToken invite(TokenRequest request) {
    Duration life = request.lifeSeconds().map(Duration::ofSeconds).orElse(defaultLife);
    check(request, life);
    byte[] secret = new byte[JoinToken.SECRET_BYTES];
    random.nextBytes(secret);
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<Integer> uses =
        request.uses().or(() -> request.role() == Role.HOST ? Optional.empty() : Optional.of(1));
    TokenView view =
        new TokenView(
            Base32.encode(id),
            request.role(),
            request.tenant(),
            now,
            now.plus(life),
            uses,
            0,
            false,
            request.note());
    store.addToken(new Token(view, Digest.sha256(secret)));
    return new NewToken(view, new JoinToken(hub, secret).text());
  }

  private void check(TokenRequest request, Duration life) {
    if (life.isZero() || life.isNegative() || life.compareTo(LONGEST_LIFE) > 0) {
      throw invalid("a token lives 1 second to 366 days, not " + life);
    }
    if (request.uses().filter(uses -> uses < 1).isPresent()) {
      throw invalid("a token has at least one use");
    }
    if (request.note().length() > MAX_NOTE) {
      throw invalid("a token's note has at most " + MAX_NOTE + " characters");
    }
    if (request.tenant().isPresent() && request.role() == Role.HOST) {
      throw invalid("a host belongs to no tenant: leave the tenant out");
    }
    request
        .tenant()
        .filter(id -> store.tenant(id).isEmpty())
        .ifPresent(id -> {
          throw new ZansocException(ErrorCode.NOT_FOUND, "there is no tenant " + id);
        });
  }

  /** Every token, newest first. */
  public List<TokenView> tokens() {
    return store.tokens();
  }

  /** Ends a token; who joined with it stays. NOT_FOUND where there is none. */
  public void revoke(String id) {
    if (!store.revokeToken(id)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND, "there is no token " + id + ": list them with zansoc token ls");
    }
  }

  /**
   * The digest by which the store finds a token.
   *
   * @throws ZansocException TOKEN_INVALID where the text is no token, or of another hub
   */
  Digest digest(String text) {
    JoinToken token = JoinToken.parse(text);
    if (!token.hub().equals(hub)) {
      throw new ZansocException(
          ErrorCode.TOKEN_INVALID,
          "this join token is for hub %s, and this is %s: check the address"
              .formatted(token.hub().shortText(), hub.shortText()));
    }
    return Digest.sha256(token.secret());
  }

  private static ZansocException invalid(String message) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
