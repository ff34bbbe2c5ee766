package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The SHA-256 Merkle tree of data that storage deals are about: leaves are its bytes, 32 at a time,
 * filled up with zeros to a power of two; an inner node is the hash of its two children
 * (docs/reference/contracts.md).
 *
 * <p>Data is read in chunks of 1 MiB. Kept are the chunks' own roots, 32 bytes for each, so that a
 * proof reads and hashes only the chunks that its leaves are in. Immutable and safe to share.
 */
public final class PossessionTree {
  /** The most levels below the root: data of 32 TiB. */
  public static final int MAX_DEPTH = 40;

  /** What is read into memory at once. */
  public static final int CHUNK_BYTES = 1 << 20;

  private static final int NODE = Digest.BYTES;
  private static final int CHUNK_DEPTH = 15;
  private static final byte[][] ZEROS = zeros();

  private final long leaves;
  private final byte[] chunkRoots;
  private final Digest root;

  private PossessionTree(long leaves, byte[] chunkRoots) {
    this.leaves = leaves;
    this.chunkRoots = chunkRoots;
    int depth = depth(leaves);
    byte[] nodes = chunkRoots.clone();
    reduce(nodes, chunks(), Math.min(depth, CHUNK_DEPTH), depth, 0, new ArrayList<>());
    this.root = Digest.read(nodes, 0);
  }

  /**
   * Reads data to its end.
   *
   * @throws ZansocException INVALID_ARGUMENT where there is none, TOO_LARGE where it is too much
   */
  public static PossessionTree read(ReadableByteChannel data) throws IOException {
    ByteArrayOutputStream roots = new ByteArrayOutputStream();
    byte[] nodes = new byte[CHUNK_BYTES];
    long leaves = 0;
    for (int count = fill(nodes, data); count > 0; count = fill(nodes, data)) {
      leaves += count;
      if (depth(leaves) > MAX_DEPTH) {
        throw new ZansocException(ErrorCode.TOO_LARGE, "a deal is about 32 TiB at most");
      }
      reduce(nodes, count, 0, Math.min(depth(leaves), CHUNK_DEPTH), 0, new ArrayList<>());
      roots.write(nodes, 0, NODE);
    }
    if (leaves == 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "there is no data; a deal is about one byte at least");
    }
    return new PossessionTree(leaves, roots.toByteArray());
  }

  public Digest root() {
    return root;
  }

  /** How many leaves the data has, without those that fill it up. */
  public long leaves() {
    return leaves;
  }

  /**
   * Reads the chunks with these leaves again and proves that they are there.
   *
   * @throws ZansocException DAMAGED where a chunk is not what it was
   */
  public PossessionProof prove(SeekableByteChannel data, List<Long> indices) throws IOException {
    List<Digest> proven = new ArrayList<>();
    List<Digest> path = new ArrayList<>();
    byte[] nodes = new byte[CHUNK_BYTES];
    int depth = depth(leaves);
    int low = Math.min(depth, CHUNK_DEPTH);
    for (long index : indices) {
      if (index < 0 || index >= leaves) {
        throw new IllegalArgumentException("leaf " + index + " of " + leaves);
      }
      int number = (int) (index >>> CHUNK_DEPTH);
      int within = (int) (index & ((1 << CHUNK_DEPTH) - 1));
      data.position((long) number * CHUNK_BYTES);
      int count = fill(nodes, data);
      checkSize(number, count);
      proven.add(Digest.read(nodes, within * NODE));
      reduce(nodes, count, 0, low, within, path);
      checkChunk(number, nodes);
      reduce(chunkRoots.clone(), chunks(), low, depth, number, path);
    }
    return new PossessionProof(proven, path);
  }

  private void checkSize(int chunk, int count) {
    long expected = Math.min(leaves - ((long) chunk << CHUNK_DEPTH), 1L << CHUNK_DEPTH);
    if (count != expected) {
      throw damaged(chunk);
    }
  }

  private void checkChunk(int chunk, byte[] root) {
    int at = chunk * NODE;
    if (!Arrays.equals(root, 0, NODE, chunkRoots, at, at + NODE)) {
      throw damaged(chunk);
    }
  }

  private static ZansocException damaged(int chunk) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "the data's bytes from %d on are not those that the tree was made of"
            .formatted((long) chunk * CHUNK_BYTES));
  }

  private int chunks() {
    return chunkRoots.length / NODE;
  }

  /** How many levels are below the root. */
  static int depth(long leaves) {
    return leaves <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(leaves - 1);
  }

  /** The root that follows from a leaf, its index and its siblings, lowest first. */
  static Digest climb(Digest leaf, long index, List<Digest> siblings) {
    byte[] pair = new byte[2 * NODE];
    Digest node = leaf;
    for (int level = 0; level < siblings.size(); level++) {
      boolean right = (index >>> level & 1) == 1;
      node.write(pair, right ? NODE : 0);
      siblings.get(level).write(pair, right ? 0 : NODE);
      node = Digest.sha256(pair);
    }
    return node;
  }

  /**
   * Replaces the first {@code count} nodes of one level by the one above them all, and adds the
   * siblings on the way up from one of them to {@code path}.
   */
  private static void reduce(
      byte[] nodes, int count, int from, int to, int index, List<Digest> path) {
    MessageDigest sha256 = Digest.newSha256();
    int left = count;
    for (int level = from; level < to; level++) {
      int sibling = index >>> (level - from) ^ 1;
      path.add(sibling < left ? Digest.read(nodes, sibling * NODE) : Digest.of(ZEROS[level]));
      for (int i = 0; i < left; i += 2) {
        sha256.update(nodes, i * NODE, NODE);
        if (i + 1 < left) {
          sha256.update(nodes, (i + 1) * NODE, NODE);
        } else {
          sha256.update(ZEROS[level]);
        }
        finish(sha256, nodes, i / 2 * NODE);
      }
      left = (left + 1) / 2;
    }
  }

  private static void finish(MessageDigest sha256, byte[] target, int at) {
    try {
      sha256.digest(target, at, NODE);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
  }

  /**
   * Reads until the chunk is full or the data ends, and fills the last leaf up with zeros.
   *
   * @return how many leaves were read
   */
  private static int fill(byte[] chunk, ReadableByteChannel data) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(chunk);
    while (buffer.hasRemaining() && data.read(buffer) >= 0) {}
    int leaves = (buffer.position() + NODE - 1) / NODE;
    Arrays.fill(chunk, buffer.position(), leaves * NODE, (byte) 0);
    return leaves;
  }

  /** The node of each level that has only leaves of zeros below it. */
  private static byte[][] zeros() {
    byte[][] zeros = new byte[MAX_DEPTH][];
    zeros[0] = new byte[NODE];
    for (int level = 1; level < MAX_DEPTH; level++) {
      MessageDigest sha256 = Digest.newSha256();
      sha256.update(zeros[level - 1]);
      zeros[level] = sha256.digest(zeros[level - 1]);
    }
    return zeros;
  }
}
