package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The uses of all permits that have not expired, so that reconnecting gives nobody more than the
 * hub permitted. Thread-safe, but for {@link #save} and {@link #close}, which are for one thread.
 *
 * <p>Saved about once a second, without a sync: a kill forgets at most what was moved since, a
 * power cut what the system had not written back (half a minute or so). At most {@link #MAX_USES}
 * are held: beyond that the one that rested longest is dropped, and its permit could be used anew.
 * So the bound on one permit is twice its bytes for each kill, power cut or drop before it expires.
 */
final class PermitUses implements AutoCloseable {
  static final int MAX_USES = 1 << 16;

  private static final String PREFIX = "uses-";
  private static final int PERMIT_BYTES = Permit.BYTES + Ed25519.SIGNATURE_BYTES;
  private static final int RECORD_BYTES = PERMIT_BYTES + 8 + 4 + 8 + 4;
  private static final long REWRITE_BYTES = 4 << 20;

  private final Disk disk;
  private final Map<Digest, PermitUse> uses =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, PermitUse> eldest) {
          return size() > MAX_USES;
        }
      };
  private Disk.@Nullable File file;
  private int generation;
  private long size;

  PermitUses(Disk disk) throws IOException {
    this.disk = disk;
    for (String name : disk.list()) {
      if (name.startsWith(PREFIX)) {
        load(name);
        generation =
            Math.max(generation, HexFormat.fromHexDigits(name, PREFIX.length(), name.length()));
      }
    }
    rewrite();
  }

  private void load(String name) throws IOException {
    try (Disk.File from = disk.open(name)) {
      ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
      for (long at = 0; at + RECORD_BYTES <= from.size(); at += RECORD_BYTES) {
        from.read(record.clear(), at);
        record.flip();
        if (record.getInt(RECORD_BYTES - 4) == checksum(record)) {
          byte[] permit = new byte[PERMIT_BYTES];
          record.get(permit);
          PermitUse.Counts counts =
              new PermitUse.Counts(record.getLong(), record.getInt(), record.getLong());
          PermitUse use = new PermitUse(Permit.Signed.decode(permit), counts);
          uses.put(use.signed().id(), use);
        }
      }
    }
  }

  /** Whether {@code permit}, with the same signature, has been used before. */
  synchronized boolean knows(Permit.Signed permit) {
    PermitUse use = uses.get(permit.id());
    return use != null && use.signed().equals(permit);
  }

  /** The use of {@code permit}, which begins with nothing used. */
  synchronized PermitUse of(Permit.Signed permit) {
    return uses.computeIfAbsent(
        permit.id(), _ -> new PermitUse(permit, new PermitUse.Counts(0, 0, 0)));
  }

  /** All uses. */
  synchronized List<PermitUse> all() {
    return List.copyOf(uses.values());
  }

  /** Drops what has expired. */
  synchronized void sweep(Instant now) {
    uses.values().removeIf(use -> use.isOver(now));
  }

  /** Writes down what has changed. */
  void save() throws IOException {
    List<PermitUse> changed = all().stream().filter(PermitUse::takeChanged).toList();
    if (size > REWRITE_BYTES && size > 2L * all().size() * RECORD_BYTES) {
      rewrite();
    } else if (!changed.isEmpty()) {
      append(changed);
    }
  }

  /** Begins a new file with all uses; the old ones go once it is complete. */
  private void rewrite() throws IOException {
    Disk.File old = file;
    generation++;
    String name = PREFIX + HexFormat.of().toHexDigits(generation);
    file = disk.create(name);
    size = 0;
    append(all());
    file.sync();
    disk.sync();
    if (old != null) {
      old.close();
    }
    for (String other : disk.list()) {
      if (other.startsWith(PREFIX) && !other.equals(name)) {
        disk.delete(other);
      }
    }
  }

  private void append(List<PermitUse> changed) throws IOException {
    Disk.File to = file;
    ByteBuffer records = ByteBuffer.allocate(changed.size() * RECORD_BYTES);
    for (PermitUse use : changed) {
      PermitUse.Counts counts = use.counts();
      ByteBuffer record = records.slice(records.position(), RECORD_BYTES);
      record.put(use.signed().encode()).putLong(counts.bytes()).putInt(counts.blocks());
      record.putLong(counts.receiptedBytes());
      record.putInt(checksum(record));
      records.position(records.position() + RECORD_BYTES);
    }
    if (to != null) {
      to.write(records.flip(), size);
      size += records.limit();
    }
  }

  private static int checksum(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    crc.update(record.slice(0, RECORD_BYTES - 4));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    save();
    if (file != null) {
      file.sync();
      file.close();
    }
  }
}
