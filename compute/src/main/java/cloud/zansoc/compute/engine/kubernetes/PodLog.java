package cloud.zansoc.compute.engine.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** The log of a pod, both outputs in the order in which they were written. */
final class PodLog {
  private PodLog() {}

  static InputStream open(
      KubernetesClient client, Pod pod, boolean follow, int tailLines, Optional<Instant> since)
      throws IOException {
    String server = client.getMasterUrl().toString().replaceFirst("/$", "");
    String address =
        "%s/api/v1/namespaces/%s/pods/%s/log?container=%s&follow=%s%s%s"
            .formatted(
                server,
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                PodSettings.CONTAINER,
                follow,
                tailLines < 0 ? "" : "&tailLines=" + tailLines,
                since.map(from -> "&sinceTime=" + from).orElse(""));
    try {
      HttpResponse<InputStream> response =
          client
              .getHttpClient()
              .sendAsync(
                  client.getHttpClient().newHttpRequestBuilder().uri(address).build(),
                  InputStream.class)
              .get();
      if (!HttpResponse.isSuccessful(response.code())) {
        response.body().close();
        throw new IOException("the API server answered " + response.code());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(KubernetesFailures.message(e), e);
    }
  }
}
