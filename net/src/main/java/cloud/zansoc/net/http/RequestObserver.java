package cloud.zansoc.net.http;

/** Told of every answered request, for metrics. Called on the request's thread. */
@FunctionalInterface
public interface RequestObserver {
  /**
   * A request was answered.
   *
   * @param template the route's template, or "none" where no route fits
   */
  void answered(String method, String template, int status, long nanos);
}
