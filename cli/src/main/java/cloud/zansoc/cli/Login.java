package cloud.zansoc.cli;

import cloud.zansoc.codec.crypto.RecoveryPhrase;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ClientRegistration;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.WhoAmI;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Optional;

/** Logs a profile in to a hub: makes its identity and root key, and joins with a token. */
public final class Login {
  private final Profile profile;

  public Login(Profile profile) {
    this.profile = profile;
  }

  /**
   * What came of it.
   *
   * @param me as the hub knows the user now
   * @param freshPhrase the recovery phrase, where this login made the root key
   */
  public record Result(WhoAmI me, Optional<String> freshPhrase) {}

  /**
   * Joins {@code address} with {@code token}, or logs in again where the hub knows the identity.
   *
   * @param phrase an existing recovery phrase; without it the profile's root key stays, or a new
   *     one is made
   */
  public Result run(HostAddress address, JoinToken token, String name, Optional<String> phrase)
      throws IOException {
    profile.makeFolder();
    Identity identity = Identity.loadOrCreate(profile.identityFile());
    WhoAmI me;
    HubView hub;
    try (ApiClient api = new ApiClient(identity, token.hub(), address, ApiClient.Patience.SHORT)) {
      hub = api.call(ApiCall.get("/v1/hub"), HubView.class);
      ClientRegistration registration =
          new ClientRegistration(token.text(), name, identity.publicKey());
      me = api.call(ApiCall.post("/v1/clients").body(registration), WhoAmI.class);
    }
    Optional<String> fresh = keepRootKey(phrase);
    profile.writeHub(new Profile.Hub(hub.id(), address, hub.peerAddress()));
    return new Result(me, fresh);
  }

  /** Keeps the given root key, the one that is there, or a new one, whose phrase is returned. */
  private Optional<String> keepRootKey(Optional<String> phrase) {
    if (phrase.isPresent()) {
      RootKey root = RecoveryPhrase.parse(phrase.get());
      profile.write(profile.rootKeyFile(), RecoveryPhrase.of(root) + "\n");
      return Optional.empty();
    }
    if (Files.exists(profile.rootKeyFile())) {
      return Optional.empty();
    }
    String fresh = RecoveryPhrase.of(RootKey.random(new SecureRandom()));
    profile.write(profile.rootKeyFile(), fresh + "\n");
    return Optional.of(fresh);
  }
}
