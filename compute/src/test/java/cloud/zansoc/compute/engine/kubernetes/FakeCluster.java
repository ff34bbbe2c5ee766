package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.compute.engine.MemoryEngine;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A cluster of one node, as far as its API shows: fabric8's server keeps what it is given, and a
 * {@link FakeKubelet} runs the pods. Nothing is admitted, bounded or isolated in it.
 */
final class FakeCluster implements AutoCloseable {
  static final String NODE = "node-1";

  private static final Headers MERGE =
      Headers.builder().add("Content-Type", "application/merge-patch+json").build();

  /** Held on to, so that its level stays: it tells of each request. */
  private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

  private final KubernetesMockServer server;
  private final KubernetesClient client;
  private final FakeKubelet kubelet;

  FakeCluster() {
    SERVER_LOG.setLevel(Level.WARNING);
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new Api(), false);
    server.init();
    client = connect();
    kubelet = new FakeKubelet(client);
    Node node = node();
    client.resource(node).create();
    client.resource(node).patchStatus();
  }

  private static Node node() {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(NODE)
        .addToLabels(Labels.POLICIES, "enforced")
        .addToLabels(PodSettings.GPU + ".product", "NVIDIA-H100")
        .endMetadata()
        .withNewSpec()
        .withPodCIDRs("11.0.0.0/24")
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .addNewAddress()
        .withType("InternalIP")
        .withAddress("198.51.1.7")
        .endAddress()
        .withAllocatable(
            Map.of(
                PodSettings.CPU, new Quantity("8"),
                PodSettings.MEMORY, new Quantity("16Gi"),
                PodSettings.DISK, new Quantity("100Gi"),
                PodSettings.GPU, new Quantity("2")))
        .addNewImage()
        .withNames("docker.io/" + MemoryEngine.IMAGE)
        .endImage()
        .withNewNodeInfo()
        .withKubeletVersion("v1.34.4")
        .endNodeInfo()
        .endStatus()
        .build();
  }

  /** A client as an engine's. */
  KubernetesClient connect() {
    Config configuration = Config.empty();
    configuration.setMasterUrl("http://localhost:" + server.getPort());
    configuration.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder()
        .withConfig(configuration)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }

  /** Its content, as its owner sees it. */
  KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.destroy();
  }

  private final class Api extends Dispatcher {
    private final KubernetesCrudDispatcher kept = new KubernetesCrudDispatcher();

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      String path = request.getPath();
      if (path.startsWith("/version")) {
        return new MockResponse()
            .setResponseCode(200)
            .setBody("{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.4\"}");
      }
      if (path.contains("/proxy/stats/")) {
        return new MockResponse().setResponseCode(403).setBody("{}");
      }
      return kubelet == null
          ? kept.dispatch(request)
          : kubelet.answer(request).orElseGet(() -> keep(request));
    }

    private MockResponse keep(RecordedRequest request) {
      String body = request.getUtf8Body();
      MockResponse response = kept.dispatch(copy(request, request.getPath(), body));
      if (response.code() < 300) {
        FakeKubelet.made(request, body)
            .ifPresent(pod ->
                kept.dispatch(
                    new RecordedRequest(
                        "HTTP/1.1",
                        HttpMethod.PATCH,
                        request.getPath() + "/" + pod.getMetadata().getName() + "/status",
                        MERGE,
                        new Buffer(FakeKubelet.text("{\"status\":{\"phase\":\"Pending\"}}")))));
        kubelet.kept(request, body);
      }
      return response;
    }

    /** A body can be read once. */
    private static RecordedRequest copy(RecordedRequest request, String path, String body) {
      return new RecordedRequest(
          request.getHttpVersion(),
          request.method(),
          path,
          request.getHeaders(),
          new Buffer(FakeKubelet.text(body)));
    }
  }
}
