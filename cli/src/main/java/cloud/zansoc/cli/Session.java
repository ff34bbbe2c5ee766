package cloud.zansoc.cli;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.RecoveryPhrase;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.storage.client.HttpStorageHub;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.StorageHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * What a command works with: the profile's identity and the hub that it logged in to. Everything is
 * opened when first needed. Used by one thread.
 */
public final class Session implements AutoCloseable {
  private final Profile profile;
  private final ApiClient.Patience patience;
  private Optional<Identity> identity = Optional.empty();
  private Optional<Profile.Hub> hub = Optional.empty();
  private Optional<ApiClient> api = Optional.empty();
  private Optional<Storage> storage = Optional.empty();

  private record Storage(BlockTransport transport, StorageClient client) {}

  private Session(Profile profile, ApiClient.Patience patience) {
    this.profile = profile;
    this.patience = patience;
  }

  /** Opens the profile, in which nobody need have logged in yet: a share needs no login. */
  public static Session open(Profile profile) {
    return new Session(profile, ApiClient.Patience.LONG);
  }

  /** The same for a command that goes on without its hub where that is away. */
  public static Session openBriefly(Profile profile) {
    return new Session(profile, ApiClient.Patience.SHORT);
  }

  /** The profile. */
  public Profile profile() {
    return profile;
  }

  /** Who the user is; made, where the profile is new. */
  public Identity identity() {
    if (identity.isEmpty()) {
      try {
        profile.makeFolder();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make " + profile.folder(), e);
      }
      identity = Optional.of(Identity.loadOrCreate(profile.identityFile()));
    }
    return identity.get();
  }

  /**
   * The hub that the user logged in to.
   *
   * @throws ZansocException UNAUTHENTICATED where nobody has logged in
   */
  public Profile.Hub hub() {
    if (hub.isEmpty()) {
      hub = Optional.of(profile.hub());
    }
    return hub.get();
  }

  /** The hub's API; throws as {@link #hub}. */
  public ApiClient api() {
    if (api.isEmpty()) {
      Profile.Hub its = hub();
      api = Optional.of(new ApiClient(identity(), its.id(), its.address(), patience));
    }
    return api.get();
  }

  /** What the hub wants its user to know, if it was asked for anything. */
  public Optional<String> notice() {
    return api.flatMap(ApiClient::notice);
  }

  /** What the hub keeps of storage: buckets, listings, versions. Needs no keys. */
  public StorageHub storageHub() {
    return new HttpStorageHub(api(), () -> new BlockDialer.Relay(hub().id(), hub().peerAddress()));
  }

  /** Storing and reading objects. */
  public StorageClient storage() {
    if (storage.isEmpty()) {
      StorageHub itsHub = storageHub();
      RootKey root = rootKey();
      BlockTransport transport = new BlockTransport(identity());
      storage =
          Optional.of(new Storage(transport, transport.client(itsHub, root, profile.uploads())));
    }
    return storage.get().client();
  }

  private RootKey rootKey() {
    try {
      return RecoveryPhrase.parse(Files.readString(profile.rootKeyFile()).strip());
    } catch (NoSuchFileException e) {
      throw new ZansocException(
          ErrorCode.WRONG_KEY,
          "this profile has no root key: log in again with --recovery-phrase",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    storage.ifPresent(open -> {
      open.client().close();
      open.transport().close();
    });
    api.ifPresent(ApiClient::close);
  }
}
