package cloud.zansoc.net.endpoint;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What is published: groups of backends by host name, by path prefix, and by port. Thread-safe; a
 * change holds from the next request on.
 */
public final class EndpointRoutes {
  private static final Pattern PORT = Pattern.compile(":[0-9]+$");
  private static final int PREFIX_PARTS = 3;

  private final Map<String, BackendGroup> hosts = new ConcurrentHashMap<>();
  private final Map<String, BackendGroup> prefixes = new ConcurrentHashMap<>();
  private final Map<Integer, BackendGroup> ports = new ConcurrentHashMap<>();

  /**
   * Where a request goes.
   *
   * @param path with its query, as the backend sees it; empty where the prefix was asked for
   *     without the slash after it
   * @param prefix that was taken from the path; empty where the host name decided
   */
  record Target(BackendGroup group, String path, String prefix) {}

  /** Publishes at a host name, in place of what was there. */
  public void publishHost(String host, BackendGroup group) {
    hosts.put(host.toLowerCase(Locale.ROOT), group);
  }

  /**
   * Publishes below a path, in place of what was there.
   *
   * @param prefix three parts: /tenant/deployment/service
   */
  public void publishPrefix(String prefix, BackendGroup group) {
    prefixes.put(prefix, group);
  }

  /** Publishes connections to a port. */
  public void publishPort(int port, BackendGroup group) {
    ports.put(port, group);
  }

  /** Publishes a group nowhere any more. */
  public void withdraw(BackendGroup group) {
    hosts.values().removeIf(group::equals);
    prefixes.values().removeIf(group::equals);
    ports.values().removeIf(group::equals);
  }

  /** Ports that are to be listened on. */
  Set<Integer> ports() {
    return Set.copyOf(ports.keySet());
  }

  Optional<BackendGroup> port(int port) {
    return Optional.ofNullable(ports.get(port));
  }

  /**
   * Finds where a request goes.
   *
   * @param host as the request names it, with or without a port; may be empty
   * @param path with its query
   */
  Optional<Target> find(String host, String path) {
    BackendGroup named = hosts.get(PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT));
    if (named != null) {
      return Optional.of(new Target(named, path, ""));
    }
    int end = prefixEnd(path);
    BackendGroup group = end < 0 ? null : prefixes.get(path.substring(0, end));
    if (group == null) {
      return Optional.empty();
    }
    String rest = path.substring(end);
    return Optional.of(
        new Target(group, rest.startsWith("?") ? "/" + rest : rest, path.substring(0, end)));
  }

  /** Where the third part of a path ends; negative where it has fewer. */
  private static int prefixEnd(String path) {
    int at = 0;
    for (int part = 0; part < PREFIX_PARTS; part++) {
      if (at >= path.length() || path.charAt(at) != '/') {
        return -1;
      }
      at++;
      while (at < path.length() && "/?#".indexOf(path.charAt(at)) < 0) {
        at++;
      }
    }
    return at;
  }
}
