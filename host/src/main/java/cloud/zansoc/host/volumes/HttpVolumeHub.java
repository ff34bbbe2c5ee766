package cloud.zansoc.host.volumes;

import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.compute.api.VolumeAttachment;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.storage.client.HttpStorageHub;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.TransferLimits;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;

/** A hub's routes for those who hold volumes. */
final class HttpVolumeHub implements VolumeHub {
  private static final String HOLDER = "/v1/volumes/{volume}/generations/{generation}";

  private final Supplier<ApiClient> api;
  private final BlockDialer dialer;
  private final BlockDialer.Relay relay;
  private final Path journals;

  /**
   * @param api gives the same client each time; closed by the caller, as {@code dialer} is
   * @param journals an unused folder's path: snapshots are stored without journals
   */
  HttpVolumeHub(
      Supplier<ApiClient> api, BlockDialer dialer, BlockDialer.Relay relay, Path journals) {
    this.api = api;
    this.dialer = dialer;
    this.relay = relay;
    this.journals = journals;
  }

  @Override
  public VolumeAttachment attachment(String volume, long generation) {
    return api.get().call(ApiCall.get(HOLDER, volume, generation), VolumeAttachment.class);
  }

  @Override
  public VolumeAttachment record(String volume, long generation, VolumeSnapshot snapshot) {
    return api.get()
        .call(
            ApiCall.post(HOLDER + "/snapshots", volume, generation).body(snapshot).idempotent(),
            VolumeAttachment.class);
  }

  @Override
  public void safe(String volume, long generation, Instant until) {
    api.get()
        .run(ApiCall.post(HOLDER + "/safe", volume, generation).query("until", until).idempotent());
  }

  @Override
  public SnapshotStorage origin(VolumeAttachment.Origin origin, String volume, long generation) {
    return storage(volume, generation, origin.key(), origin.bucket());
  }

  @Override
  public SnapshotStorage storage(VolumeAttachment volume, long generation) {
    return storage(volume.volume(), generation, volume.key(), volume.bucket());
  }

  private SnapshotStorage storage(String volume, long generation, byte[] key, String bucket) {
    String base = "/v1/volumes/%s/generations/%d".formatted(volume, generation);
    return new ObjectSnapshotStorage(
        new StorageClient(
            new HttpStorageHub(api.get(), base, () -> relay),
            dialer,
            new RootKey(Key256.of(key)),
            journals,
            TransferLimits.LEAST),
        bucket);
  }
}
