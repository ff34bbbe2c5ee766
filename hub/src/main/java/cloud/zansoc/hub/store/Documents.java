package cloud.zansoc.hub.store;

import cloud.zansoc.net.http.Json;
import java.nio.charset.StandardCharsets;

/** Records as JSON in columns of text. */
final class Documents {
  private Documents() {}

  static String write(Object document) {
    return new String(Json.write(document), StandardCharsets.UTF_8);
  }

  static <T> T read(String document, Class<T> type) {
    return Json.read(document.getBytes(StandardCharsets.UTF_8), type);
  }
}
