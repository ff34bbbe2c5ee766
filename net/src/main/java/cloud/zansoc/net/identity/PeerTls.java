package cloud.zansoc.net.identity;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * JSSE contexts in which a certificate is worth what {@link PeerCertificate} proves, and nothing
 * else: no authority, no host name, no dates. Thread-safe.
 *
 * <p>For java.net.http and Jetty. A server asks for the client's certificate by its own setting
 * (Jetty: {@code setWantClientAuth}); what it then gets was verified, and {@link
 * PeerCertificate#of} says who it is.
 */
public final class PeerTls {
  private static final String ALIAS = "peer";

  private PeerTls() {}

  /** For a server: shows {@code identity}, takes any client whose certificate is vouched for. */
  public static SSLContext server(Identity identity) {
    return context(Optional.of(identity), Optional.empty());
  }

  /** For a client that shows {@code identity} and talks to {@code expected} only. */
  public static SSLContext client(Identity identity, PeerId expected) {
    return context(Optional.of(identity), Optional.of(expected));
  }

  /** For a client without an identity, which talks to {@code expected} only. */
  public static SSLContext anonymousClient(PeerId expected) {
    return context(Optional.empty(), Optional.of(expected));
  }

  /**
   * Trusts vouched certificates, where {@code expected} is given that peer's only. A refusal is a
   * CertificateException whose cause is a {@link ZansocException}.
   */
  public static X509ExtendedTrustManager trusting(Optional<PeerId> expected) {
    return new VouchingTrustManager(expected.orElse(null));
  }

  /**
   * Checks who answered.
   *
   * @throws ZansocException PEER_ID_MISMATCH, saying both and what to do
   */
  public static void requireSame(PeerId expected, PeerId seen) {
    if (!expected.equals(seen)) {
      throw new ZansocException(
          ErrorCode.PEER_ID_MISMATCH,
          ("expected peer %s, but %s answered; check the address, and that the peer was not set up"
                  + " anew: if it was, get its new id from its operator. If neither, somebody is"
                  + " listening in between: do not go on")
              .formatted(expected, seen));
    }
  }

  /** The refusal by {@link #trusting} that made a handshake fail, if that was the reason. */
  public static Optional<ZansocException> refusal(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ZansocException refusal) {
        return Optional.of(refusal);
      }
    }
    return Optional.empty();
  }

  private static SSLContext context(Optional<Identity> identity, Optional<PeerId> expected) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      KeyManager[] keys = identity.stream().map(IdentityKeyManager::new).toArray(KeyManager[]::new);
      context.init(keys, new TrustManager[] {trusting(expected)}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS 1.3", e);
    }
  }

  /** Extended, so that JSSE leaves host names to it, which it does not look at. */
  private static final class VouchingTrustManager extends X509ExtendedTrustManager {
    private final @Nullable PeerId expected;

    VouchingTrustManager(@Nullable PeerId expected) {
      this.expected = expected;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      try {
        PeerId seen = PeerCertificate.verify(chain[0]).id();
        if (expected != null) {
          requireSame(expected, seen);
        }
      } catch (ZansocException e) {
        throw new CertificateException(e.getMessage(), e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Shows the one certificate there is, whatever issuers the other side names. */
  private static final class IdentityKeyManager extends X509ExtendedKeyManager {
    private final Identity identity;

    IdentityKeyManager(Identity identity) {
      this.identity = identity;
    }

    private static @Nullable String aliasFor(String keyType) {
      return keyType.equals("EC") ? ALIAS : null;
    }

    private static @Nullable String aliasFor(String[] keyTypes) {
      for (String keyType : keyTypes) {
        if (aliasFor(keyType) != null) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return aliasFor(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return aliasFor(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return aliasFor(keyTypes);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return aliasFor(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return aliasFor(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return aliasFor(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return new X509Certificate[] {identity.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return identity.tlsKey();
    }
  }
}
