package cloud.zansoc.cli;

import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;

/** What a command works with: the profile's identity and the hub that it logged in to. */
public final class Session implements AutoCloseable {
  private final Profile profile;
  private final Identity identity;
  private final Profile.Hub hub;
  private final ApiClient api;

  private Session(Profile profile, Identity identity, Profile.Hub hub) {
    this.profile = profile;
    this.identity = identity;
    this.hub = hub;
    this.api = new ApiClient(identity, hub.id(), hub.address(), ApiClient.Patience.SHORT);
  }

  /**
   * Opens the profile; connects when first needed.
   *
   * @throws cloud.zansoc.base.ZansocException UNAUTHENTICATED where nobody has logged in
   */
  public static Session open(Profile profile) {
    Profile.Hub hub = profile.hub();
    return new Session(profile, Identity.loadOrCreate(profile.identityFile()), hub);
  }

  /** The profile. */
  public Profile profile() {
    return profile;
  }

  /** Who the user is. */
  public Identity identity() {
    return identity;
  }

  /** The hub. */
  public Profile.Hub hub() {
    return hub;
  }

  /** The hub's API. */
  public ApiClient api() {
    return api;
  }

  @Override
  public void close() {
    api.close();
  }
}
