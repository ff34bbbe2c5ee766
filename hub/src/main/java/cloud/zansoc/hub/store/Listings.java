package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.store.Buckets.Bucket;
import cloud.zansoc.hub.store.Versions.Version;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.hub.Catalogue.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Pages of a bucket in the order of the keys' UTF-8 bytes. A common prefix is passed over by a
 * query that begins behind it, so that a page costs the same however many keys a prefix hides.
 */
final class Listings {
  /** The most versions that one answer holds. */
  static final int MAX_VERSIONS = 100_000;

  /** No UTF-8 has this byte, so it is above every key. */
  private static final byte[] ABOVE_ALL = {(byte) 0xff};

  private final Handle handle;
  private final Bucket bucket;
  private final Page page;
  private final byte[] end;
  private final List<VersionView> objects = new ArrayList<>();
  private final List<String> prefixes = new ArrayList<>();
  private String last = "";

  private Listings(Handle handle, Bucket bucket, Page page) {
    this.handle = handle;
    this.bucket = bucket;
    this.page = page;
    this.end = behind(Columns.utf8(page.prefix()));
  }

  /** One page of newest versions. */
  static Listing page(Handle handle, Bucket bucket, Page page) {
    if (page.limit() < 1 || page.limit() > Page.MAX_LIMIT) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a page has 1 to %d entries, not %d".formatted(Page.MAX_LIMIT, page.limit()));
    }
    return new Listings(handle, bucket, page).run();
  }

  private Listing run() {
    byte[] from = start();
    while (true) {
      int room = page.limit() - objects.size() - prefixes.size();
      List<Version> rows = rows(from, room + 1);
      Optional<String> grouped = take(rows, room);
      if (full() && !rows.isEmpty() && moreBehind(rows, grouped)) {
        return new Listing(objects, prefixes, Optional.of(last));
      }
      if (grouped.isEmpty()) {
        return new Listing(objects, prefixes, Optional.empty());
      }
      from = behind(Columns.utf8(grouped.get()));
    }
  }

  /** Adds rows up to the first that belongs to a common prefix, which is added and given back. */
  private Optional<String> take(List<Version> rows, int room) {
    for (Version version : rows.subList(0, Math.min(room, rows.size()))) {
      Optional<String> prefix = commonPrefix(version.key());
      if (prefix.isPresent()) {
        prefixes.add(prefix.get());
        last = prefix.get();
        return prefix;
      }
      objects.add(version.view(bucket.view().name()));
      last = version.key();
    }
    return Optional.empty();
  }

  private boolean full() {
    return objects.size() + prefixes.size() == page.limit();
  }

  private boolean moreBehind(List<Version> rows, Optional<String> grouped) {
    if (grouped.isEmpty()) {
      return !rows.getLast().key().equals(last);
    }
    return !rows(behind(Columns.utf8(grouped.get())), 1).isEmpty();
  }

  private Optional<String> commonPrefix(String key) {
    if (page.delimiter().isEmpty()) {
      return Optional.empty();
    }
    int at = key.indexOf(page.delimiter(), page.prefix().length());
    return at < 0
        ? Optional.empty()
        : Optional.of(key.substring(0, at + page.delimiter().length()));
  }

  private byte[] start() {
    byte[] prefix = Columns.utf8(page.prefix());
    if (page.after().isEmpty()) {
      return prefix;
    }
    String after = page.after().get();
    boolean isGroup =
        after.startsWith(page.prefix()) && commonPrefix(after).equals(Optional.of(after));
    byte[] name = Columns.utf8(after);
    byte[] from = isGroup ? behind(name) : Arrays.copyOf(name, name.length + 1);
    return Arrays.compareUnsigned(from, prefix) < 0 ? prefix : from;
  }

  private List<Version> rows(byte[] from, int limit) {
    return handle
        .createQuery(
            "SELECT "
                + Versions.COLUMNS
                + " FROM versions WHERE bucket = :bucket AND live = 1"
                + " AND name >= :from AND name < :end ORDER BY name LIMIT :limit")
        .bind("bucket", bucket.id())
        .bind("from", from)
        .bind("end", end)
        .bind("limit", limit)
        .map((row, context) -> Versions.read(row))
        .list();
  }

  /** The lowest name above all that begin with {@code prefix}. */
  private static byte[] behind(byte[] prefix) {
    if (prefix.length == 0) {
      return ABOVE_ALL;
    }
    byte[] above = prefix.clone();
    above[above.length - 1]++;
    return above;
  }

  /** All versions under a prefix, by key, newest first. */
  static List<VersionView> versions(Handle handle, Bucket bucket, String prefix) {
    byte[] from = Columns.utf8(prefix);
    List<VersionView> versions =
        handle
            .createQuery(
                "SELECT "
                    + Versions.COLUMNS
                    + " FROM versions WHERE bucket = :bucket"
                    + " AND name >= :from AND name < :end ORDER BY name, id DESC LIMIT :limit")
            .bind("bucket", bucket.id())
            .bind("from", from)
            .bind("end", behind(from))
            .bind("limit", MAX_VERSIONS + 1)
            .map((row, context) -> Versions.read(row).view(bucket.view().name()))
            .list();
    if (versions.size() > MAX_VERSIONS) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE,
          "more than %d versions begin with '%s': name a longer prefix"
              .formatted(MAX_VERSIONS, prefix));
    }
    return versions;
  }
}
