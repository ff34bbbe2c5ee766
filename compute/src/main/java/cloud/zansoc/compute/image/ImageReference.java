package cloud.zansoc.compute.image;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image in Zansoc storage: {@code zs://BUCKET/NAME@sha256:HEX}, and in orders with what opens
 * it: {@code #v1.SHARE.KEY}. docs/format/image-reference.md.
 *
 * @param name as engines name images, with a tag or without
 * @param digest of its OCI manifest; none: the newest of this name
 * @param access none in what people see
 */
public record ImageReference(
    String bucket, String name, Optional<Digest> digest, Optional<ImageAccess> access) {
  /** What the text form begins with. */
  public static final String SCHEME = "zs://";

  /** Where {@code image push} puts images. */
  public static final String DEFAULT_BUCKET = "images";

  /** Under which keys of a bucket the blobs of its images lie. */
  public static final String BLOBS = "blobs/sha256/";

  private static final String NAME = "[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*(?::[\\w.-]+)?";
  private static final Pattern TEXT =
      Pattern.compile(
          "zs://(?<bucket>[^/]+)/(?<name>"
              + NAME
              + ")(?:@(?<digest>sha256:[0-9a-f]{64}))?(?:#v1\\.(?<share>[a-z2-7]+)\\.(?<key>[a-z2-7]+))?");
  private static final int LONGEST_NAME = 255;

  public ImageReference {
    bucket = new BucketName(bucket).text();
    if (!name.matches(NAME) || name.length() > LONGEST_NAME || name.startsWith("blobs/")) {
      throw refused("'%s' is no name of an image".formatted(name));
    }
    if (access.isPresent() && digest.isEmpty()) {
      throw refused("with a key it needs the digest");
    }
  }

  /** Whether a service's image is meant to be one in storage. */
  public static boolean isStored(String image) {
    return image.startsWith(SCHEME);
  }

  /**
   * Reads a reference.
   *
   * @throws ZansocException INVALID_ARGUMENT that never shows the key
   */
  public static ImageReference parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw refused("'%s' is no image in storage".formatted(shown(text)));
    }
    return new ImageReference(
        matcher.group("bucket"),
        matcher.group("name"),
        Optional.ofNullable(matcher.group("digest")).map(OciDigest::parse),
        Optional.ofNullable(matcher.group("share"))
            .map(share -> new ImageAccess(share, matcher.group("key"))));
  }

  /** A service's image as people may see it: without the key. */
  public static String shown(String image) {
    int key = image.indexOf('#');
    return isStored(image) && key >= 0 ? image.substring(0, key) : image;
  }

  private static ZansocException refused(String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        why + ": write for example zs://images/web or zs://images/web@sha256:HEX");
  }

  /** The same with another digest, and without a key. */
  public ImageReference withDigest(Digest other) {
    return new ImageReference(bucket, name, Optional.of(other), Optional.empty());
  }

  /** The same with what opens it. */
  public ImageReference withAccess(ImageAccess other) {
    return new ImageReference(bucket, name, digest, Optional.of(other));
  }

  /** The key of its record in the bucket; only with a digest. */
  public String recordKey() {
    return recordPrefix() + OciDigest.text(digest.orElseThrow());
  }

  /** What the keys of all records of this name begin with. */
  public String recordPrefix() {
    return name + "@";
  }

  /** The text with what opens it: for orders only. */
  public String secretText() {
    return access
        .map(its -> this + "#v1." + its.share() + "." + its.key())
        .orElseGet(this::toString);
  }

  /** The text without the key. */
  @Override
  public String toString() {
    return SCHEME + bucket + "/" + name + digest.map(its -> "@" + OciDigest.text(its)).orElse("");
  }
}
