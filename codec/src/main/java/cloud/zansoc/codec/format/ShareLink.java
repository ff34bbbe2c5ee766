package cloud.zansoc.codec.format;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.SealKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A link that lets anyone who has it read one version of one object: {@code
 * https://HOST:PORT/s/SHARE#v1.HUB.KEY}. What stands after the '#' is not sent to any server: the
 * id of the hub, so that a reader who never saw it knows that it is the right one, and the
 * manifest's key. docs/format/share-link.md.
 *
 * @param host the hub's name or address; an IPv6 address without brackets
 * @param port the hub's API port, 1 to 65535
 * @param share the share's id, 26 characters of base 32 (128 bits)
 * @param hub the hub that the reader must find there
 * @param key opens the version's manifest, and nothing else
 */
public record ShareLink(String host, int port, String share, PeerId hub, SealKey key) {
  private static final int DEFAULT_PORT = 443;
  private static final int SHARE_BYTES = 16;
  private static final String PATH = "/s/";
  private static final String SHAPE = "https://HOST:PORT/s/SHARE#v1.HUB.KEY";
  private static final Pattern FRAGMENT = Pattern.compile("v1\\.([a-z2-7]{52})\\.([a-z2-7]{52})");
  private static final Pattern OTHER_VERSION = Pattern.compile("v[0-9]+\\..*");

  public ShareLink {
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw invalid("'" + host + "' with port " + port + " is no address of a hub");
    }
    if (!isShareId(share)) {
      throw invalid("its share id is not 26 characters of a-z and 2-7");
    }
  }

  /**
   * Parses a link.
   *
   * @throws ZansocException INVALID_ARGUMENT saying which part is wrong, never showing the key;
   *     UNSUPPORTED for a link of a newer version
   */
  public static ShareLink parse(String text) {
    URI uri = uri(text.strip());
    if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw invalid("it does not begin with https:// and a host");
    }
    String path = uri.getRawPath();
    if (!path.startsWith(PATH) || uri.getRawQuery() != null || uri.getRawUserInfo() != null) {
      throw invalid("after the host comes '/s/' and the share id, and nothing else before the '#'");
    }
    String fragment = uri.getRawFragment();
    if (fragment == null || fragment.isEmpty()) {
      throw invalid(
          "what follows the '#' is missing, and it holds the key: ask for the whole link again");
    }
    Matcher matcher = FRAGMENT.matcher(fragment);
    if (!matcher.matches()) {
      throw badFragment(fragment);
    }
    String host = uri.getHost().replaceAll("^\\[|]$", "");
    int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
    return new ShareLink(
        host, port, path.substring(PATH.length()), hub(matcher.group(1)), key(matcher.group(2)));
  }

  /** The link in the form that {@link #parse} reads. It holds the key: show it to its user only. */
  public String format() {
    return "https://%s:%d%s%s#v1.%s.%s"
        .formatted(
            host.indexOf(':') >= 0 ? "[" + host + "]" : host,
            port,
            PATH,
            share,
            hub,
            Base32.encode(key.key().toBytes()));
  }

  /** The link without its key, for logs. */
  @Override
  public String toString() {
    return "share %s at %s:%d".formatted(share, host, port);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // The cause is left out: it would show the key.
      throw invalid("it is no URL (%s)".formatted(e.getReason().toLowerCase(Locale.ROOT)));
    }
  }

  private static ZansocException badFragment(String fragment) {
    if (OTHER_VERSION.matcher(fragment).matches() && !fragment.startsWith("v1.")) {
      return new ZansocException(
          ErrorCode.UNSUPPORTED,
          "the share link is of a newer version than this program knows: use a newer zansoc");
    }
    return invalid(
        "what follows the '#' is cut short or changed: ask for the whole link again, to its end");
  }

  private static PeerId hub(String text) {
    try {
      return PeerId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the share link is not right: its hub id is misread", e);
    }
  }

  private static SealKey key(String text) {
    try {
      return new SealKey(Key256.of(Base32.decode(text)));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the share link is not right: its key is misread", e);
    }
  }

  private static boolean isShareId(String share) {
    try {
      return Base32.decode(share).length == SHARE_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static ZansocException invalid(String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "the share link is not right: %s. A link looks like %s".formatted(why, SHAPE));
  }
}
