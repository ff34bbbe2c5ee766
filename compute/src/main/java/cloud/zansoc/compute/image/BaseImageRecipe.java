package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;

/**
 * Which Debian image to make.
 *
 * @param suite such as bookworm
 * @param packages beyond the smallest system, in order and once each
 * @param name of the image, with its tag
 * @param setup commands of a shell that finish it, run inside; may be empty
 */
public record BaseImageRecipe(String suite, List<String> packages, String name, String setup) {
  /** Of the image that deployments run by default. */
  public static final BaseImageRecipe DEFAULT =
      new BaseImageRecipe(
          "bookworm",
          List.of(
              "ca-certificates",
              "curl",
              "iproute2",
              "iputils-ping",
              "less",
              "netcat-openbsd",
              "openssh-sftp-server",
              "procps",
              "rsync"),
          "zansoc/debian:bookworm");

  /**
   * What finishes every image: ping without its file capability. Instances have no CAP_NET_RAW, so
   * that the kernel would not start it; without the capability it asks for a socket that anybody
   * may have.
   */
  static final String FINISH =
      """
      if [ -e /usr/bin/ping ]; then
        cp /usr/bin/ping /usr/bin/ping.plain
        mv /usr/bin/ping.plain /usr/bin/ping
      fi
      """;

  /** Of packages alone. */
  public BaseImageRecipe(String suite, List<String> packages, String name) {
    this(suite, packages, name, "");
  }

  public BaseImageRecipe {
    check("a suite", suite, "[a-z][a-z0-9-]*", "bookworm");
    packages.forEach(each -> check("a package", each, "[a-z0-9][a-z0-9+.-]+", "netcat-openbsd"));
    check(
        "an image",
        name,
        "([a-z0-9.-]+(:[0-9]+)?/)?[a-z0-9._-]+(/[a-z0-9._-]+)*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
        "zansoc/debian:bookworm");
    packages = List.copyOf(new TreeSet<>(packages));
  }

  private static void check(String what, String text, String pattern, String example) {
    if (!text.matches(pattern)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s is named for example %s, not '%s'".formatted(what, example, text));
    }
  }

  /** Names what is made by it: two recipes of one content share it. */
  String digest() {
    return Digest.sha256(
            (suite + "\n" + String.join(",", packages) + "\n" + name + "\n" + FINISH + setup)
                .getBytes(StandardCharsets.UTF_8))
        .toString();
  }
}
