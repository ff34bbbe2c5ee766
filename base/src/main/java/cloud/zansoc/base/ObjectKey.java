package cloud.zansoc.base;

import java.nio.charset.StandardCharsets;

/**
 * The name of an object in its bucket: 1 to 1024 bytes of UTF-8, any Unicode scalar value but NUL.
 * It is kept as it is, without normalisation, as in S3. Ordered as its UTF-8 bytes are.
 */
public record ObjectKey(String text) implements Comparable<ObjectKey> {
  /**
   * @throws ZansocException INVALID_NAME saying which rule {@code text} breaks
   */
  public ObjectKey {
    if (text.isEmpty()) {
      throw refused("it is empty");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw refused("it has a NUL at index " + i);
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          throw refused("it has half of a surrogate pair at index " + i + ", which is no text");
        }
        i++;
      }
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Limits.OBJECT_KEY_BYTES) {
      throw refused(
          "it has %d bytes in UTF-8, and %d are allowed".formatted(bytes, Limits.OBJECT_KEY_BYTES));
    }
  }

  /** The key's UTF-8 bytes. */
  public byte[] toBytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(ObjectKey other) {
    int shorter = Math.min(text.length(), other.text.length());
    for (int i = 0; i < shorter; i++) {
      char mine = text.charAt(i);
      char theirs = other.text.charAt(i);
      if (mine != theirs) {
        // UTF-8 orders by code point; a surrogate stands for one above every other char.
        boolean high = Character.isSurrogate(mine);
        return high == Character.isSurrogate(theirs)
            ? Character.compare(mine, theirs)
            : high ? 1 : -1;
      }
    }
    return Integer.compare(text.length(), other.text.length());
  }

  @Override
  public String toString() {
    return text;
  }

  private static ZansocException refused(String rule) {
    return new ZansocException(
        ErrorCode.INVALID_NAME, "this cannot be an object's key: " + rule + "; choose another");
  }
}
