package cloud.zansoc.storage.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that promises no more than {@link Disk} does: at a power cut it keeps what was
 * synced and, of everything else, whatever chance leaves, in any order and torn between sectors.
 */
final class SimulatedDisk implements Disk {
  private static final int SECTOR_BYTES = 512;

  /** A switch that makes the disk break its promises, or its owner's plans. */
  enum Fault {
    /** Syncs of files do nothing. */
    FILE_SYNC_IGNORED,
    /** Syncs of the folder do nothing. */
    FOLDER_SYNC_IGNORED,
    /** The next sync of a file fails, and the system forgets what it should have written. */
    NEXT_SYNC_FAILS
  }

  private final TreeMap<String, Content> names = new TreeMap<>();
  private TreeMap<String, Content> durableNames = new TreeMap<>();
  private final List<Fault> faults = new ArrayList<>();
  private long capacity = Long.MAX_VALUE;
  private long told = -1;
  private long stepsLeft = Long.MAX_VALUE;
  private int alignment = 1;

  private record Change(long position, byte[] bytes, boolean truncates) {}

  private static final class Content {
    byte[] now = new byte[0];
    byte[] synced = new byte[0];
    List<Change> unsynced = new ArrayList<>();
  }

  synchronized void setFault(Fault fault) {
    faults.add(fault);
  }

  /** Lets the log be written and read in pieces that are multiples of {@code bytes}. */
  synchronized void setAlignment(int bytes) {
    alignment = bytes;
  }

  /** The bytes that all files together may have. */
  synchronized void setCapacity(long bytes) {
    capacity = bytes;
  }

  /** What the disk says is usable, whatever is true: as when other programs fill it meanwhile. */
  synchronized void setTold(long usableBytes) {
    told = usableBytes;
  }

  /** After {@code steps} more changes or syncs the power fails: everything throws. */
  synchronized void cutPowerAfter(long steps) {
    stepsLeft = steps;
  }

  synchronized boolean isOff() {
    return stepsLeft <= 0;
  }

  /** What the disk holds when the power is back; this one is off. */
  synchronized SimulatedDisk afterPowerCut(RandomGenerator random) {
    stepsLeft = 0;
    SimulatedDisk next = new SimulatedDisk();
    next.alignment = alignment;
    TreeMap<String, Content> survivors = new TreeMap<>(durableNames);
    for (String name : names.keySet()) {
      if (durableNames.get(name) != names.get(name) && random.nextBoolean()) {
        survivors.put(name, names.get(name));
      }
    }
    for (String name : durableNames.keySet()) {
      if (!names.containsKey(name) && random.nextBoolean()) {
        survivors.remove(name);
      }
    }
    survivors.forEach((name, content) -> next.put(name, survive(content, random)));
    return next;
  }

  /** A disk with the same bytes, all of them durable. */
  synchronized SimulatedDisk copy() {
    SimulatedDisk copy = new SimulatedDisk();
    copy.alignment = alignment;
    names.forEach((name, content) -> copy.put(name, content.now.clone()));
    return copy;
  }

  /** The bytes of a file as a reader sees them. */
  synchronized byte[] bytes(String name) {
    return contentOf(name).now.clone();
  }

  /** Replaces a file's bytes, durably. */
  synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.now = bytes;
    content.synced = bytes.clone();
    names.put(name, content);
    durableNames.put(name, content);
  }

  private static byte[] survive(Content content, RandomGenerator random) {
    int mode = random.nextInt(4);
    int prefix = random.nextInt(content.unsynced.size() + 1);
    byte[] bytes = content.synced.clone();
    for (int i = 0; i < content.unsynced.size(); i++) {
      Change change = content.unsynced.get(i);
      boolean survives =
          switch (mode) {
            case 0 -> false;
            case 1 -> i < prefix;
            default -> random.nextBoolean();
          };
      if (survives) {
        bytes = apply(bytes, change);
      } else if (mode == 3 && !change.truncates) {
        bytes = applyTorn(bytes, change, random);
      }
    }
    return bytes;
  }

  private static byte[] applyTorn(byte[] bytes, Change change, RandomGenerator random) {
    byte[] result = bytes;
    for (int at = 0; at < change.bytes.length; at += SECTOR_BYTES) {
      if (random.nextBoolean()) {
        int end = Math.min(change.bytes.length, at + SECTOR_BYTES);
        byte[] sector = Arrays.copyOfRange(change.bytes, at, end);
        result = apply(result, new Change(change.position + at, sector, false));
      }
    }
    return result;
  }

  private static byte[] apply(byte[] bytes, Change change) {
    if (change.truncates) {
      return change.position < bytes.length ? Arrays.copyOf(bytes, (int) change.position) : bytes;
    }
    int end = (int) change.position + change.bytes.length;
    byte[] result = end > bytes.length ? Arrays.copyOf(bytes, end) : bytes.clone();
    System.arraycopy(change.bytes, 0, result, (int) change.position, change.bytes.length);
    return result;
  }

  private void step() throws IOException {
    requirePower();
    stepsLeft--;
    requirePower();
  }

  private void requirePower() throws IOException {
    if (stepsLeft <= 0) {
      throw new IOException("the power is off");
    }
  }

  private Content contentOf(String name) {
    Content content = names.get(name);
    if (content == null) {
      throw new IllegalStateException("no file " + name);
    }
    return content;
  }

  @Override
  public synchronized List<String> list() throws IOException {
    requirePower();
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized File create(String name) throws IOException {
    step();
    Content content = new Content();
    names.put(name, content);
    return new SimulatedFile(content, 1);
  }

  @Override
  public synchronized File open(String name) throws IOException {
    return open(name, 1);
  }

  private File open(String name, int aligned) throws IOException {
    requirePower();
    Content content = names.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return new SimulatedFile(content, aligned);
  }

  @Override
  public synchronized File openDirect(String name) throws IOException {
    return open(name, alignment);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    step();
    names.remove(name);
  }

  @Override
  public synchronized void sync() throws IOException {
    step();
    if (!faults.contains(Fault.FOLDER_SYNC_IGNORED)) {
      durableNames = new TreeMap<>(names);
    }
  }

  @Override
  public synchronized long usableBytes() throws IOException {
    requirePower();
    return told >= 0 ? told : capacity - used();
  }

  private long used() {
    return names.values().stream().mapToLong(content -> content.now.length).sum();
  }

  @Override
  public void close() {}

  private final class SimulatedFile implements File {
    private final Content content;
    private final int alignment;

    SimulatedFile(Content content, int alignment) {
      this.content = content;
      this.alignment = alignment;
    }

    @Override
    public int alignment() {
      return alignment;
    }

    private void requireAligned(ByteBuffer buffer, long position) {
      int address = buffer.isDirect() ? buffer.alignmentOffset(buffer.position(), alignment) : 0;
      if (address != 0 || (position | buffer.remaining()) % alignment != 0) {
        throw new AssertionError(buffer + " at " + position + " is not aligned to " + alignment);
      }
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        requirePower();
        requireAligned(into, position);
        int from = (int) Math.min(position, content.now.length);
        into.put(content.now, from, Math.min(into.remaining(), content.now.length - from));
      }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        step();
        requireAligned(from, position);
        long grows = Math.max(0, position + from.remaining() - content.now.length);
        long room = Math.max(0, capacity - used());
        byte[] bytes = new byte[(int) (from.remaining() - Math.max(0, grows - room))];
        from.get(bytes);
        change(new Change(position, bytes, false));
        if (grows > room) {
          throw new DiskFullException(new IOException("No space left on device"));
        }
      }
    }

    @Override
    public void truncate(long bytes) throws IOException {
      synchronized (SimulatedDisk.this) {
        step();
        change(new Change(bytes, new byte[0], true));
      }
    }

    private void change(Change change) {
      content.now = SimulatedDisk.apply(content.now, change);
      content.unsynced.add(change);
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimulatedDisk.this) {
        step();
        if (faults.remove(Fault.NEXT_SYNC_FAILS)) {
          content.unsynced = new ArrayList<>();
          throw new IOException("Input/output error");
        }
        if (!faults.contains(Fault.FILE_SYNC_IGNORED)) {
          content.synced = content.now.clone();
          content.unsynced = new ArrayList<>();
        }
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (SimulatedDisk.this) {
        requirePower();
        return content.now.length;
      }
    }

    @Override
    public void close() {}
  }
}
