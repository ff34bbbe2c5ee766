package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.InstanceDirectory;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** What goes into and comes out of instances as streams: logs, and files as tar archives. */
final class InstanceStreamRoutes {
  /** Files are counted by nobody but the instance's disk. */
  static final long MAX_BODY_BYTES = Long.MAX_VALUE - 1;

  private static final int CHUNK_BYTES = 64 << 10;

  private final InstanceDirectory directory;
  private final InstanceStreams streams;

  InstanceStreamRoutes(InstanceDirectory directory, InstanceStreams streams) {
    this.directory = directory;
    this.streams = streams;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get(
                "/v1/instances/{instance}/logs",
                Access.TENANT,
                "What an instance has written; with follow=true also what it writes from now")
            .query("follow", "tail")
            .gives(byte[].class)
            .does(this::logs),
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
    return streamed(streams.logs(place(request, caller), follow, tail));
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
    return directory.find(caller.tenant(), request.path("instance"));
  }

  private static Reply streamed(ControlStream stream) {
    return Reply.stream(
        "application/octet-stream",
        -1,
        out -> {
          try (stream) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = stream.input().read(chunk);
                count >= 0;
                count = stream.input().read(chunk)) {
              out.write(chunk, 0, count);
              out.flush(); // Who follows a log waits for its lines.
            }
          }
        });
  }
}
