package cloud.zansoc.hub.api;

import static cloud.zansoc.hub.api.OpenApi.ordered;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.net.HostAddress;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** JSON schemas of records, as {@link cloud.zansoc.net.http.Json} writes them. */
final class JsonSchemas {
  private static final Map<Class<?>, Map<String, Object>> KNOWN =
      Map.ofEntries(
          Map.entry(String.class, Map.of("type", "string")),
          Map.entry(PeerId.class, pattern("[a-z2-7]{52}")),
          Map.entry(Digest.class, pattern("[a-z2-7]{52}")),
          Map.entry(ShardId.class, pattern("[a-z2-7]{26}")),
          Map.entry(HostAddress.class, pattern(".+:[0-9]+")),
          Map.entry(byte[].class, ordered("type", "string", "contentEncoding", "base64")),
          Map.entry(Instant.class, ordered("type", "string", "format", "date-time")),
          Map.entry(Duration.class, ordered("type", "string", "format", "duration")),
          Map.entry(ByteSize.class, ordered("type", "integer", "minimum", 0)),
          Map.entry(Money.class, Map.of("type", "integer")),
          Map.entry(long.class, Map.of("type", "integer")),
          Map.entry(Long.class, Map.of("type", "integer")),
          Map.entry(int.class, Map.of("type", "integer")),
          Map.entry(Integer.class, Map.of("type", "integer")),
          Map.entry(double.class, Map.of("type", "number")),
          Map.entry(boolean.class, Map.of("type", "boolean")),
          Map.entry(Object.class, Map.of()));

  private final Map<String, Object> schemas = new TreeMap<>();

  private static Map<String, Object> pattern(String regex) {
    return ordered("type", "string", "pattern", "^" + regex + "$");
  }

  /** The records met so far, by name. */
  Map<String, Object> all() {
    return schemas;
  }

  /** The schema of a type; a record's is a reference. */
  Map<String, Object> of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    Class<?> plain = (Class<?>) type;
    Map<String, Object> known = KNOWN.get(plain);
    if (known != null) {
      return known;
    }
    if (plain.isEnum()) {
      List<String> names =
          Arrays.stream(plain.getEnumConstants()).map(value -> ((Enum<?>) value).name()).toList();
      return ordered("type", "string", "enum", names);
    }
    return record(plain);
  }

  private Map<String, Object> generic(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return ordered("type", "array", "items", of(arguments[0]));
    }
    if (type.getRawType() == Set.class) {
      return ordered("type", "array", "items", of(arguments[0]), "uniqueItems", true);
    }
    if (type.getRawType() == Map.class) {
      return ordered("type", "object", "additionalProperties", of(arguments[1]));
    }
    if (type.getRawType() == Optional.class) {
      return Map.of("anyOf", List.of(of(arguments[0]), Map.of("type", "null")));
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  private Map<String, Object> record(Class<?> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException("no schema for " + type);
    }
    String name = name(type);
    if (!schemas.containsKey(name)) {
      Map<String, Object> schema = new LinkedHashMap<>();
      schemas.put(name, schema);
      Map<String, Object> properties = new LinkedHashMap<>();
      List<String> required = new ArrayList<>();
      for (RecordComponent component : type.getRecordComponents()) {
        properties.put(component.getName(), of(component.getGenericType()));
        if (component.getType() != Optional.class) {
          required.add(component.getName());
        }
      }
      schema.put("type", "object");
      schema.put("properties", properties);
      schema.put("required", required);
    }
    return Map.of("$ref", "#/components/schemas/" + name);
  }

  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer == null ? type.getSimpleName() : name(outer) + type.getSimpleName();
  }
}
