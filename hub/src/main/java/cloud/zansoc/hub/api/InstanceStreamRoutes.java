package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.ExecFrames;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.hub.Deployments;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is had of instances by their hosts: logs, statistics, and files as tar archives. */
final class InstanceStreamRoutes {
  /** Files are counted by nobody but the instance's disk. */
  static final long MAX_BODY_BYTES = Long.MAX_VALUE - 1;

  private static final String BYTES = "application/octet-stream";

  private static final int CHUNK_BYTES = 64 << 10;

  /** Sooner than the server closes a silent connection. */
  private static final Duration SIGNS_OF_LIFE = Duration.ofSeconds(10);

  private final Deployments deployments;
  private final InstanceStreams streams;

  InstanceStreamRoutes(Deployments deployments, InstanceStreams streams) {
    this.deployments = deployments;
    this.streams = streams;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get(
                "/v1/instances/{instance}/logs",
                Access.TENANT,
                "What an instance has written; with follow=true also what it writes from now, in frames of type 1 of docs/format/instance-streams.md")
            .query("follow", "tail", "since")
            .gives(byte[].class)
            .does(this::logs),
        ApiRoute.get(
                "/v1/instances/{instance}/stats", Access.TENANT, "What a running instance uses")
            .gives(InstanceUsage.class)
            .does((request, caller) ->
                Reply.ok(
                    streams.usage(deployments.find(caller.tenant(), request.path("instance"))))),
        ApiRoute.get(
                "/v1/instances/{instance}/files",
                Access.TENANT,
                "A file or folder of an instance as a tar archive")
            .query("path!")
            .gives(byte[].class)
            .does((request, caller) ->
                streamed(streams.filesOut(place(request, caller), request.requiredQuery("path")))),
        ApiRoute.post(
                "/v1/instances/{instance}/files",
                Access.TENANT,
                "Unpack a tar archive in a folder of an instance")
            .query("path!")
            .takes(byte[].class)
            .does(this::filesIn));
  }

  private Reply logs(Request request, Caller caller) {
    boolean follow = request.query("follow", Boolean::parseBoolean).orElse(false);
    int tail = request.query("tail", Integer::parseInt).orElse(-1);
    Optional<Instant> since = request.query("since", Instant::parse);
    ControlStream logs = streams.logs(place(request, caller), follow, tail, since);
    return follow ? followed(logs) : streamed(logs);
  }

  /**
   * In frames, which may be empty: a log that is silent for hours would else look like a dead
   * connection, and a client that has left would never be noticed.
   */
  private static Reply followed(ControlStream logs) {
    return Reply.stream(
        BYTES,
        -1,
        out -> {
          ExecFrames.Writer writer = new ExecFrames.Writer(out);
          Thread living = Thread.ofVirtual().name("signs of life").start(() -> show(writer, logs));
          try (logs) {
            pump(logs, writer::stdout);
          } finally {
            living.interrupt();
          }
        });
  }

  private static void show(ExecFrames.Writer writer, ControlStream logs) {
    try {
      while (true) {
        writer.signOfLife();
        Thread.sleep(SIGNS_OF_LIFE);
      }
    } catch (IOException e) {
      logs.close(); // Its client has left.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply filesIn(Request request, Caller caller) {
    Place place = place(request, caller);
    try (ControlStream stream = streams.filesIn(place, request.requiredQuery("path"))) {
      request.bodyStream().transferTo(stream.output());
      stream.output().close();
      stream.input().transferTo(OutputStream.nullOutputStream());
      return Reply.empty();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "the files did not all reach %s: %s; copy them again".formatted(place, e.getMessage()),
          e);
    }
  }

  private Place place(Request request, Caller caller) {
    return deployments.locate(caller.tenant(), request.path("instance"));
  }

  private static Reply streamed(ControlStream stream) {
    return Reply.stream(
        BYTES,
        -1,
        out -> {
          try (stream) {
            pump(stream, out::write);
          }
        });
  }

  /** Takes bytes at once. */
  @FunctionalInterface
  private interface Sink {
    void write(byte[] bytes, int offset, int count) throws IOException;
  }

  private static void pump(ControlStream stream, Sink to) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int count = stream.input().read(chunk); count >= 0; count = stream.input().read(chunk)) {
      to.write(chunk, 0, count);
    }
  }
}
