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
  private final Identity identity;
  private final Profile.Hub hub;
  private final ApiClient api;
  private Optional<Storage> storage = Optional.empty();

  private record Storage(BlockTransport transport, StorageClient client) {}

  private Session(Profile profile, Identity identity, Profile.Hub hub) {
    this.profile = profile;
    this.identity = identity;
    this.hub = hub;
    this.api = new ApiClient(identity, hub.id(), hub.address(), ApiClient.Patience.LONG);
  }

  /**
   * Opens the profile.
   *
   * @throws ZansocException UNAUTHENTICATED where nobody has logged in
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

  /** The hub that the user logged in to. */
  public Profile.Hub hub() {
    return hub;
  }

  /** The hub's API. */
  public ApiClient api() {
    return api;
  }

  /** What the hub keeps of storage: buckets, listings, versions. Needs no keys. */
  public StorageHub storageHub() {
    return new HttpStorageHub(api, () -> new BlockDialer.Relay(hub.id(), hub.peerAddress()));
  }

  /** Storing and reading objects. */
  public StorageClient storage() {
    if (storage.isEmpty()) {
      RootKey root = rootKey();
      BlockTransport transport = new BlockTransport(identity);
      storage =
          Optional.of(
              new Storage(transport, transport.client(storageHub(), root, profile.uploads())));
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
    api.close();
  }
}
