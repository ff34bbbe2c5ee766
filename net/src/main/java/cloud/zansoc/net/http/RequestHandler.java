package cloud.zansoc.net.http;

/** What a route does. Called on a virtual thread, so it may block. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Answers one request.
   *
   * @throws cloud.zansoc.base.ZansocException which becomes an {@link ApiError} with its status
   */
  Reply handle(Request request);
}
