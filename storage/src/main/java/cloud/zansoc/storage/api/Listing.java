package cloud.zansoc.storage.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of a bucket in the order of the keys' UTF-8 bytes.
 *
 * @param prefixes common prefixes up to the delimiter
 * @param next pass as {@code after} for the next page
 */
public record Listing(List<VersionView> objects, List<String> prefixes, Optional<String> next) {
  public Listing {
    objects = List.copyOf(objects);
    prefixes = List.copyOf(prefixes);
  }
}
