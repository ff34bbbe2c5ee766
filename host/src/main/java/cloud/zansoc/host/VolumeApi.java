package cloud.zansoc.host;

import cloud.zansoc.net.http.ApiClient;
import java.util.Optional;
import java.util.function.Supplier;

/** The client that volumes and images reach the hub with, opened with the first. Thread-safe. */
final class VolumeApi implements AutoCloseable {
  private final Supplier<ApiClient> opening;
  // Guarded by this.
  private Optional<ApiClient> opened = Optional.empty();

  VolumeApi(Supplier<ApiClient> opening) {
    this.opening = opening;
  }

  synchronized ApiClient client() {
    if (opened.isEmpty()) {
      opened = Optional.of(opening.get());
    }
    return opened.get();
  }

  @Override
  public synchronized void close() {
    opened.ifPresent(ApiClient::close);
  }
}
