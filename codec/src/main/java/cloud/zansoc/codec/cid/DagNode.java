package cloud.zansoc.codec.cid;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An inner node of a UnixFS file in the dag-pb encoding: links to its children, and how many bytes
 * of the file lie below each. Leaves are raw blocks and have no such node.
 *
 * <p>The protobuf is written by hand, in dag-pb's one canonical order (links before data), so that
 * a node has one encoding and one CID. See the IPLD specification of dag-pb and that of UnixFS.
 *
 * @param links the children in the file's order, 1 to {@value #MAX_LINKS}
 */
public record DagNode(List<Link> links) {
  /** The most children that a decoded node may have; ours have at most 174. */
  public static final int MAX_LINKS = 8192;

  /** The most bytes that a decoded node may have: what IPFS peers exchange at most. */
  public static final int MAX_BYTES = 2 << 20;

  // Protobuf tags: the field's number times eight, plus its wire type.
  private static final int NODE_DATA = 0x0a;
  private static final int NODE_LINK = 0x12;
  private static final int LINK_HASH = 0x0a;
  private static final int LINK_NAME = 0x12;
  private static final int LINK_SIZE = 0x18;
  private static final int FILE_TYPE = 0x08;
  private static final int FILE_SIZE = 0x18;
  private static final int FILE_BLOCK_SIZE = 0x20;
  private static final int TYPE_FILE = 2;

  /**
   * One child.
   *
   * @param cid its address
   * @param dagBytes size of the child's block and of everything below it (dag-pb's Tsize)
   * @param fileBytes how many bytes of the file lie in it
   */
  public record Link(Cid cid, long dagBytes, long fileBytes) {
    public Link {
      if (dagBytes < 0 || fileBytes < 0) {
        throw new IllegalArgumentException("a link cannot have a negative size");
      }
    }
  }

  public DagNode {
    links = List.copyOf(links);
    if (links.isEmpty() || links.size() > MAX_LINKS) {
      throw new IllegalArgumentException("a node has 1 to 8192 links, not " + links.size());
    }
  }

  /** How many bytes of the file lie below this node. */
  public long fileBytes() {
    return links.stream().mapToLong(Link::fileBytes).reduce(0, Math::addExact);
  }

  /** The block whose SHA-256 is the node's address. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Link link : links) {
      byte[] encoded = encode(link);
      out.write(NODE_LINK);
      Varint.write(out, encoded.length);
      out.writeBytes(encoded);
    }
    byte[] file = encodeFile();
    out.write(NODE_DATA);
    Varint.write(out, file.length);
    out.writeBytes(file);
    return out.toByteArray();
  }

  private static byte[] encode(Link link) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(LINK_HASH);
    out.write(Cid.BYTES);
    out.writeBytes(link.cid.toBytes());
    out.write(LINK_NAME);
    out.write(0);
    out.write(LINK_SIZE);
    Varint.write(out, link.dagBytes);
    return out.toByteArray();
  }

  private byte[] encodeFile() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(FILE_TYPE);
    out.write(TYPE_FILE);
    out.write(FILE_SIZE);
    Varint.write(out, fileBytes());
    for (Link link : links) {
      out.write(FILE_BLOCK_SIZE);
      Varint.write(out, link.fileBytes);
    }
    return out.toByteArray();
  }

  /** The address of a node's encoding. */
  public static Cid address(byte[] encoded) {
    return Cid.dagPb(Digest.sha256(encoded));
  }

  /**
   * Reads a node in the canonical encoding.
   *
   * @throws ZansocException INVALID_ARGUMENT if the bytes are not an inner node of a UnixFS file,
   *     or exceed {@link #MAX_BYTES} or {@link #MAX_LINKS}
   */
  public static DagNode decode(byte[] encoded) {
    if (encoded.length > MAX_BYTES) {
      throw invalid("it has " + encoded.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(encoded);
    List<Cid> children = new ArrayList<>();
    List<Long> dagBytes = new ArrayList<>();
    while (in.hasRemaining() && in.get(in.position()) == NODE_LINK) {
      if (children.size() == MAX_LINKS) {
        throw invalid("it has more than " + MAX_LINKS + " links");
      }
      ByteBuffer link = field(in, NODE_LINK);
      children.add(decodeChild(link));
      dagBytes.add(number(link, LINK_SIZE));
      end(link);
    }
    ByteBuffer file = field(in, NODE_DATA);
    end(in);
    return assemble(children, dagBytes, file);
  }

  private static Cid decodeChild(ByteBuffer link) {
    ByteBuffer hash = field(link, LINK_HASH);
    Cid child = Cid.read(hash);
    end(hash);
    if (field(link, LINK_NAME).hasRemaining()) {
      throw invalid("a part of a file has a name");
    }
    return child;
  }

  private static DagNode assemble(List<Cid> children, List<Long> dagBytes, ByteBuffer file) {
    if (number(file, FILE_TYPE) != TYPE_FILE) {
      throw invalid("it is not of a file");
    }
    long fileBytes = number(file, FILE_SIZE);
    List<Link> links = new ArrayList<>(children.size());
    for (int i = 0; i < children.size(); i++) {
      links.add(new Link(children.get(i), dagBytes.get(i), number(file, FILE_BLOCK_SIZE)));
    }
    end(file);
    try {
      DagNode node = new DagNode(links);
      if (node.fileBytes() != fileBytes) {
        throw invalid("its parts do not add up to its size");
      }
      return node;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "not an inner node of a UnixFS file: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer field(ByteBuffer in, int tag) {
    long length = number(in, tag);
    if (length > in.remaining()) {
      throw invalid("a field of %d bytes in %d".formatted(length, in.remaining()));
    }
    ByteBuffer field = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return field;
  }

  private static long number(ByteBuffer in, int tag) {
    if (!in.hasRemaining() || in.get() != tag) {
      throw invalid("the field with tag 0x%02x is not where it must be".formatted(tag));
    }
    return Varint.read(in);
  }

  private static void end(ByteBuffer in) {
    if (in.hasRemaining()) {
      throw invalid(in.remaining() + " bytes too many");
    }
  }

  private static ZansocException invalid(String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "not an inner node of a UnixFS file: " + why);
  }
}
