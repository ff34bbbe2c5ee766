package cloud.zansoc.compute.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentRequest;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.ExecFrame;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.ResizeRequest;
import cloud.zansoc.compute.api.ScaleRequest;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A hub's API for computing over HTTPS, as one of its clients. Deployments go by name; instances by
 * NAME.DEPLOYMENT, or by name alone where that is only one. The client, which is not closed here,
 * repeats what it may.
 */
public final class ComputeHub {
  private static final String DEPLOYMENT = "/v1/deployments/{deployment}";
  private static final String INSTANCE = "/v1/instances/{instance}";
  private static final String FILES = INSTANCE + "/files";

  private final ApiClient api;

  public ComputeHub(ApiClient api) {
    this.api = api;
  }

  /** What a deployment would get now. */
  public DeploymentPlan plan(DeploymentSpec spec) {
    return api.call(
        ApiCall.post("/v1/deployments/plan")
            .body(new DeploymentRequest(spec, Optional.empty()))
            .idempotent(),
        DeploymentPlan.class);
  }

  /** Deploys; the answer comes when the hub has kept it, long before all instances run. */
  public DeploymentView deploy(DeploymentRequest request) {
    return api.call(ApiCall.post("/v1/deployments").body(request), DeploymentView.class);
  }

  /** The client's deployments, by name. */
  public List<DeploymentView> deployments() {
    return api.callList(ApiCall.get("/v1/deployments"), DeploymentView.class);
  }

  /** One of them. */
  public DeploymentView deployment(String name) {
    return api.call(ApiCall.get(DEPLOYMENT, name), DeploymentView.class);
  }

  /** What one has cost, also after it was removed. */
  public DeploymentBill bill(String name) {
    return api.call(ApiCall.get(DEPLOYMENT + "/bill", name), DeploymentBill.class);
  }

  /** Wants more or fewer replicas of a service. */
  public DeploymentView scale(String name, ScaleRequest request) {
    return api.call(
        ApiCall.post(DEPLOYMENT + "/scale", name).body(request).idempotent(), DeploymentView.class);
  }

  /** Removes a deployment with all its instances; volumes stay. */
  public void remove(String name) {
    api.run(ApiCall.delete(DEPLOYMENT, name));
  }

  /** The client's instances. */
  public List<InstanceView> instances() {
    return api.callList(ApiCall.get("/v1/instances"), InstanceView.class);
  }

  /** One of them. */
  public InstanceView instance(String instance) {
    return api.call(ApiCall.get(INSTANCE, instance), InstanceView.class);
  }

  /** What a running one uses now. */
  public InstanceUsage usage(String instance) {
    return api.call(ApiCall.get(INSTANCE + "/stats", instance), InstanceUsage.class);
  }

  /**
   * Which part of a log.
   *
   * @param tail at most how many of the last lines; none: all that are kept
   * @param since from when on, by the host's clock
   */
  public record LogPart(Optional<Integer> tail, Optional<Instant> since) {}

  /** What one has written; the caller closes it. */
  public InputStream logs(String instance, LogPart part) {
    return api.download(logCall(instance, part));
  }

  /** Copies what one has written and writes from now on, until it ends. */
  public void followLogs(String instance, LogPart part, OutputStream to) throws IOException {
    try (InputStream in = api.download(logCall(instance, part).query("follow", true))) {
      ExecFrames.Reader reader = new ExecFrames.Reader(in);
      for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
        if (frame.get() instanceof ExecFrame.Stdout out && out.bytes().length > 0) {
          to.write(out.bytes());
          to.flush();
        }
      }
    }
  }

  /** A file or folder of one as a tar archive; the caller closes it. */
  public InputStream filesOut(String instance, String path) {
    return api.download(ApiCall.get(FILES, instance).query("path", path));
  }

  /** Unpacks a tar archive in a folder of one. */
  public void filesIn(String instance, String folder, InputStream tar) {
    api.pour(ApiCall.post(FILES, instance).query("path", folder), tar);
  }

  /** Whether one has a folder, or a link to one, at a path. */
  public boolean hasFolder(String instance, String path) throws IOException {
    try (InputStream tar = filesOut(instance, path + "/.")) {
      return tar.read() >= 0;
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.INVALID_ARGUMENT) {
        return false;
      }
      throw e;
    }
  }

  private static ApiCall logCall(String instance, LogPart part) {
    return ApiCall.get(INSTANCE + "/logs", instance)
        .query("tail", part.tail())
        .query("since", part.since());
  }

  /** Stops it; its data stay. */
  public InstanceView stop(String instance) {
    return api.call(ApiCall.post(INSTANCE + "/stop", instance).idempotent(), InstanceView.class);
  }

  /** Starts a stopped one. */
  public InstanceView start(String instance) {
    return api.call(ApiCall.post(INSTANCE + "/start", instance).idempotent(), InstanceView.class);
  }

  /** Stops and starts it. */
  public InstanceView restart(String instance) {
    return api.call(ApiCall.post(INSTANCE + "/restart", instance), InstanceView.class);
  }

  /** Gives it other limits of CPU and memory while it runs. */
  public InstanceView resize(String instance, InstanceSize size) {
    return api.call(
        ApiCall.post(INSTANCE + "/resize", instance).body(new ResizeRequest(size)).idempotent(),
        InstanceView.class);
  }

  /** Removes it with its data, volumes apart; a fresh one takes its place. */
  public void removeInstance(String instance) {
    api.run(ApiCall.delete(INSTANCE, instance));
  }
}
