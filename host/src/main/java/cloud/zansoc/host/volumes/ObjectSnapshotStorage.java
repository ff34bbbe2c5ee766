package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ByteRange;
import cloud.zansoc.storage.client.NewObject;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.ObjectReader;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.TransferProgress;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A volume's objects in its bucket. Owns the client. */
final class ObjectSnapshotStorage implements SnapshotStorage {
  private final StorageClient client;
  private final String bucket;
  private final Map<String, ObjectReader> readers = new ConcurrentHashMap<>();

  ObjectSnapshotStorage(StorageClient client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  @Override
  public void put(String key, InputStream content) {
    VersionView stored =
        client.put(
            NewObject.binary(new ObjectAddress(bucket, key), Instant.EPOCH),
            content,
            TransferProgress.NONE);
    assert stored.key().equals(key);
  }

  @Override
  public long size(String key) {
    return reader(key).object().size();
  }

  @Override
  public void copy(String key, long offset, long length, WritableByteChannel out) {
    reader(key).copyTo(new ByteRange(offset, length), out, TransferProgress.NONE);
  }

  private ObjectReader reader(String key) {
    ObjectReader known = readers.get(key);
    if (known != null) {
      return known;
    }
    ObjectReader opened = client.open(new ObjectAddress(bucket, key), Optional.empty());
    readers.put(key, opened);
    return opened;
  }

  @Override
  public List<String> keys() {
    return client.hub().listAll(bucket, "").stream().map(VersionView::key).toList();
  }

  @Override
  public void remove(String key) {
    try {
      String version = client.hub().object(bucket, key, Optional.empty()).version().versionId();
      client.hub().remove(bucket, key, Optional.of(version));
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
