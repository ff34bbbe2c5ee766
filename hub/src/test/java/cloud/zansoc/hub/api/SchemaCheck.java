package cloud.zansoc.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.net.http.ApiAnswer;
import cloud.zansoc.net.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks answers against an OpenAPI document; knows the part of JSON Schema that ours uses. */
final class SchemaCheck {
  private final Map<?, ?> document;

  SchemaCheck(Map<?, ?> document) {
    this.document = document;
  }

  void answer(String method, String template, ApiAnswer answer) {
    assertThat(faults(method, template, answer)).as(method + " " + template).isEmpty();
  }

  List<String> faults(String method, String template, ApiAnswer answer) {
    Map<?, ?> operation = at(at(at(document, "paths"), template), method.toLowerCase(Locale.ROOT));
    Map<?, ?> response = at(at(operation, "responses"), answer.isOk() ? "2XX" : "default");
    Map<?, ?> schema = at(at(at(response, "content"), "application/json"), "schema");
    List<String> faults = new ArrayList<>();
    check(schema, Json.read(answer.body(), Object.class), "answer", faults);
    return faults;
  }

  private static Map<?, ?> at(Map<?, ?> map, String name) {
    if (map.get(name) instanceof Map<?, ?> there) {
      return there;
    }
    throw new AssertionError("the document has no " + name + " in " + map.keySet());
  }

  private void check(Map<?, ?> schema, @Nullable Object value, String where, List<String> faults) {
    if (schema.get("$ref") instanceof String reference) {
      String name = reference.substring(reference.lastIndexOf('/') + 1);
      check(at(at(at(document, "components"), "schemas"), name), value, where, faults);
    } else if (schema.get("anyOf") instanceof List<?> choices) {
      boolean fits =
          choices.stream()
              .anyMatch(choice -> {
                List<String> tried = new ArrayList<>();
                check((Map<?, ?>) choice, value, where, tried);
                return tried.isEmpty();
              });
      if (!fits) {
        faults.add(where + " fits no choice: " + value);
      }
    } else if (schema.get("type") instanceof String type) {
      typed(type, schema, value, where, faults);
    }
  }

  private void typed(
      String type, Map<?, ?> schema, @Nullable Object value, String where, List<String> faults) {
    boolean fits =
        switch (type) {
          case "null" -> value == null;
          case "string" -> value instanceof String text && isText(schema, text);
          case "integer" -> value instanceof Integer || value instanceof Long;
          case "number" -> value instanceof Number;
          case "boolean" -> value instanceof Boolean;
          case "array" -> value instanceof List<?>;
          case "object" -> value instanceof Map<?, ?>;
          default -> false;
        };
    if (!fits) {
      faults.add(where + " is no " + schema + ": " + value);
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        check(at(schema, "items"), list.get(i), where + "[" + i + "]", faults);
      }
    } else if (value instanceof Map<?, ?> map) {
      object(schema, map, where, faults);
    }
  }

  private static boolean isText(Map<?, ?> schema, String text) {
    if (schema.get("pattern") instanceof String pattern && !text.matches(pattern)) {
      return false;
    }
    if (schema.get("enum") instanceof List<?> names && !names.contains(text)) {
      return false;
    }
    try {
      if ("date-time".equals(schema.get("format"))) {
        Instant.parse(text);
      } else if ("duration".equals(schema.get("format"))) {
        Duration.parse(text);
      }
    } catch (java.time.DateTimeException e) {
      return false;
    }
    return true;
  }

  private void object(Map<?, ?> schema, Map<?, ?> value, String where, List<String> faults) {
    if (schema.get("additionalProperties") instanceof Map<?, ?> any) {
      value.forEach((name, each) -> check(any, each, where + "." + name, faults));
      return;
    }
    Map<?, ?> properties = at(schema, "properties");
    if (schema.get("required") instanceof List<?> required) {
      required.stream()
          .filter(name -> !value.containsKey(name))
          .forEach(name -> faults.add(where + " lacks " + name));
    }
    value.forEach((name, each) -> {
      if (properties.get(name) instanceof Map<?, ?> property) {
        check(property, each, where + "." + name, faults);
      } else {
        faults.add(where + " has " + name + ", of which the document says nothing");
      }
    });
  }
}
