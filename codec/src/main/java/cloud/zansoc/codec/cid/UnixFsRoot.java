package cloud.zansoc.codec.cid;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the root CID of a file as it streams by: equal to what {@code ipfs add --cid-version=1
 * --raw-leaves --chunker=size-262144} gives for the same bytes. Leaves of 256 KiB stand under
 * balanced nodes of 174 links; a file of one leaf is that leaf.
 *
 * <p>Give it bytes by {@link #update}, or the digests of leaves that are known already by {@link
 * #addLeaf}, mixed as you like at leaf boundaries. Memory is one list of at most 174 links for each
 * level of the tree. For one thread.
 */
public final class UnixFsRoot {
  /** How many children a node has at most, as in IPFS. */
  public static final int LINKS = 174;

  private final int leafBytes;
  private final NodeConsumer nodes;
  private final List<List<DagNode.Link>> levels = new ArrayList<>();
  private final MessageDigest leaf = Digest.newSha256();
  private int pending;
  private boolean shortLeafSeen;

  /** Takes inner nodes as they are completed, children before parents, the root last. */
  @FunctionalInterface
  public interface NodeConsumer {
    /** Takes the node {@code cid}, whose encoding is {@code block}. */
    void accept(Cid cid, byte[] block);
  }

  /** Computes the root only. */
  public UnixFsRoot() {
    this((cid, block) -> {});
  }

  /** Computes the root and hands every inner node to {@code nodes}. */
  public UnixFsRoot(NodeConsumer nodes) {
    this(Limits.BLOCK_BYTES, nodes);
  }

  UnixFsRoot(int leafBytes, NodeConsumer nodes) {
    this.leafBytes = leafBytes;
    this.nodes = nodes;
  }

  /** The root of a file whose content is {@code file}. */
  public static Cid of(byte[] file) {
    UnixFsRoot root = new UnixFsRoot();
    root.update(ByteBuffer.wrap(file));
    return root.finish();
  }

  /** Adds the remaining bytes of {@code data}, whose position is left as it was. */
  public void update(ByteBuffer data) {
    ByteBuffer rest = data.duplicate();
    while (rest.hasRemaining()) {
      int taken = Math.min(rest.remaining(), leafBytes - pending);
      leaf.update(rest.slice(rest.position(), taken));
      rest.position(rest.position() + taken);
      pending += taken;
      if (pending == leafBytes) {
        endLeaf();
      }
    }
  }

  /**
   * Adds a leaf by its address.
   *
   * @param digest the SHA-256 of the leaf's bytes
   * @param bytes 256 KiB, or for the file's last leaf 1 to 256 KiB
   * @throws IllegalStateException in the middle of a leaf, or after a leaf that was shorter
   */
  public void addLeaf(Digest digest, int bytes) {
    if (bytes < 1 || bytes > leafBytes) {
      throw new IllegalArgumentException(
          "a leaf has 1 to %d bytes, not %d".formatted(leafBytes, bytes));
    }
    if (pending > 0 || shortLeafSeen) {
      throw new IllegalStateException(
          "only the last leaf of a file may be shorter than the others");
    }
    shortLeafSeen = bytes < leafBytes;
    add(0, new DagNode.Link(Cid.raw(digest), bytes, bytes));
  }

  /** Ends the file, which may be empty, and gives its root. To be called once. */
  public Cid finish() {
    if (pending > 0 || levels.isEmpty()) {
      endLeaf();
    }
    for (int level = 0; ; level++) {
      List<DagNode.Link> links = levels.get(level);
      boolean top = level == levels.size() - 1;
      if (top && links.size() == 1) {
        return links.getFirst().cid();
      }
      if (!links.isEmpty()) {
        close(level);
      }
    }
  }

  private void endLeaf() {
    Digest digest = Digest.of(leaf.digest());
    int bytes = pending;
    pending = 0;
    if (bytes > 0) {
      addLeaf(digest, bytes);
    } else {
      add(0, new DagNode.Link(Cid.raw(digest), 0, 0));
    }
  }

  private void add(int level, DagNode.Link link) {
    if (level == levels.size()) {
      levels.add(new ArrayList<>(LINKS));
    }
    List<DagNode.Link> links = levels.get(level);
    links.add(link);
    if (links.size() == LINKS) {
      close(level);
    }
  }

  private void close(int level) {
    List<DagNode.Link> links = levels.get(level);
    DagNode node = new DagNode(links);
    links.clear();
    byte[] block = node.encode();
    Cid cid = DagNode.address(block);
    nodes.accept(cid, block);
    long below = node.links().stream().mapToLong(DagNode.Link::dagBytes).sum();
    add(level + 1, new DagNode.Link(cid, block.length + below, node.fileBytes()));
  }
}
