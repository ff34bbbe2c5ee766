package cloud.zansoc.codec.crypto;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A root key as 17 words that can be read out and written down: proquints (D. S. Wilkerson, "A
 * Proposal for Proquints", 2009) of the 32 bytes and of the first 16 bits of their SHA-256.
 * docs/format/recovery-phrase.md.
 */
public final class RecoveryPhrase {
  /** How many words a phrase has. */
  public static final int WORDS = 17;

  private static final int LETTERS = 5;
  private static final String CONSONANTS = "bdfghjklmnprstvz";
  private static final String VOWELS = "aiou";
  private static final Pattern SEPARATORS = Pattern.compile("[^a-z]+");

  private RecoveryPhrase() {}

  /** The words of {@code root}, with single spaces between them. */
  public static String of(RootKey root) {
    ByteBuffer bytes = ByteBuffer.wrap(withChecksum(root.key().toBytes()));
    StringBuilder phrase = new StringBuilder(WORDS * (LETTERS + 1));
    while (bytes.hasRemaining()) {
      if (!phrase.isEmpty()) {
        phrase.append(' ');
      }
      appendWord(phrase, bytes.getShort() & 0xffff);
    }
    return phrase.toString();
  }

  /**
   * Reads a phrase. Capitals, line breaks, hyphens, numbers before words and the like do not
   * matter.
   *
   * @throws ZansocException INVALID_ARGUMENT naming the word that cannot be right, by its place and
   *     not by its text
   */
  public static RootKey parse(String text) {
    List<String> words =
        Arrays.stream(SEPARATORS.split(text.toLowerCase(Locale.ROOT)))
            .filter(word -> !word.isEmpty())
            .toList();
    ByteBuffer bytes = ByteBuffer.allocate(2 * WORDS);
    for (int i = 0; i < Math.min(words.size(), WORDS); i++) {
      bytes.putShort((short) valueOf(words.get(i), i + 1));
    }
    if (words.size() != WORDS) {
      throw wrong("it has %d words and needs %d".formatted(words.size(), WORDS));
    }
    byte[] root = Arrays.copyOf(bytes.array(), Key256.BYTES);
    if (!Arrays.equals(withChecksum(root), bytes.array())) {
      throw wrong(
          "every word is possible but the checksum in the last does not fit: "
              + "one or more words were misread, or two changed places");
    }
    return new RootKey(Key256.of(root));
  }

  private static byte[] withChecksum(byte[] root) {
    byte[] bytes = Arrays.copyOf(root, 2 * WORDS);
    System.arraycopy(Digest.sha256(root).toBytes(), 0, bytes, Key256.BYTES, 2);
    return bytes;
  }

  private static void appendWord(StringBuilder phrase, int value) {
    phrase
        .append(CONSONANTS.charAt(value >>> 12))
        .append(VOWELS.charAt(value >>> 10 & 3))
        .append(CONSONANTS.charAt(value >>> 6 & 15))
        .append(VOWELS.charAt(value >>> 4 & 3))
        .append(CONSONANTS.charAt(value & 15));
  }

  private static int valueOf(String word, int place) {
    if (word.length() != LETTERS) {
      throw wrong("word %d has %d letters and needs 5".formatted(place, word.length()));
    }
    int value = 0;
    for (int i = 0; i < LETTERS; i++) {
      String alphabet = i % 2 == 0 ? CONSONANTS : VOWELS;
      int letter = alphabet.indexOf(word.charAt(i));
      if (letter < 0) {
        throw wrong(
            "word %d is misread: its letter %d can only be one of %s"
                .formatted(place, i + 1, alphabet));
      }
      value = value * alphabet.length() + letter;
    }
    return value;
  }

  private static ZansocException wrong(String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "the recovery phrase is not right: " + why);
  }
}
