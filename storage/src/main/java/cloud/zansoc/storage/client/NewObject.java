package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.CommitRequest;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What is to be stored besides the bytes.
 *
 * @param metadata the user's own, sealed like everything in the manifest
 * @param modified of the source
 * @param mode the file's Unix permission bits, where it has any
 * @param condition what must hold of the key's newest version
 */
public record NewObject(
    ObjectAddress address,
    String contentType,
    Map<String, String> metadata,
    Instant modified,
    OptionalInt mode,
    CommitRequest.Condition condition) {
  /** The content type where nothing else is known. */
  public static final String BINARY = "application/octet-stream";

  public NewObject {
    metadata = Map.copyOf(metadata);
    if (address.key().isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_NAME, "an object needs a key: write for example " + address + "name");
    }
  }

  /** Bytes without further attributes. */
  public static NewObject binary(ObjectAddress address, Instant modified) {
    return new NewObject(
        address, BINARY, Map.of(), modified, OptionalInt.empty(), CommitRequest.Condition.NONE);
  }
}
