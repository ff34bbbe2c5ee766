package cloud.zansoc.host.images;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.storage.client.ByteRange;
import cloud.zansoc.storage.client.HttpStorageHub;
import cloud.zansoc.storage.client.ObjectReader;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.TransferLimits;
import cloud.zansoc.storage.client.TransferProgress;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;

/** Images as shared objects of a hub's storage. Opens its client with the first image. */
public final class ObjectImageStorage implements ImageStorage {
  private final Supplier<StorageClient> opening;
  // Guarded by this.
  private Optional<StorageClient> opened = Optional.empty();

  /**
   * The storage of a hub.
   *
   * @param api gives the same client each time; closed by the caller, as {@code dialer} is
   * @param folder an unused folder's path: nothing is uploaded from here
   */
  public ObjectImageStorage(
      Supplier<ApiClient> api, BlockDialer dialer, BlockDialer.Relay relay, Path folder) {
    // A share needs no root key; one that is forgotten afterwards takes its place.
    this.opening =
        () ->
            new StorageClient(
                new HttpStorageHub(api.get(), () -> relay),
                dialer,
                RootKey.random(new SecureRandom()),
                folder,
                TransferLimits.LEAST);
  }

  private synchronized StorageClient client() {
    if (opened.isEmpty()) {
      opened = Optional.of(opening.get());
    }
    return opened.get();
  }

  @Override
  public byte[] read(ImageAccess access, long mostBytes) {
    ObjectReader object = client().openShare(access.share(), access.sealKey());
    long size = object.object().size();
    if (size > mostBytes) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE,
          "%s has %d bytes, and at most %d are read".formatted(access, size, mostBytes));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) size);
    object.copyTo(ByteRange.ALL, Channels.newChannel(out), TransferProgress.NONE);
    return out.toByteArray();
  }

  @Override
  public void fetch(ImageAccess access, long bytes, Path file, TransferProgress progress) {
    ObjectReader object = client().openShare(access.share(), access.sealKey());
    if (object.object().size() != bytes) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "a blob of the image has %d bytes, and its manifest says %d: push the image again"
              .formatted(object.object().size(), bytes));
    }
    client().getFile(object, file, progress);
  }

  @Override
  public synchronized void close() {
    opened.ifPresent(StorageClient::close);
  }
}
