package cloud.zansoc.compute.client;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fields of one mapping in a file; whatever is wrong with them is refused with its place. */
final class Fields {
  private final YamlNode.Position at;
  private final String what;
  private final Map<String, YamlNode.Field> byName = new LinkedHashMap<>();

  /**
   * @param what the mapping is, for messages: "a service"
   * @param known all fields that it may have
   */
  Fields(YamlNode node, String what, List<String> known) {
    this.at = node.at();
    this.what = what;
    for (YamlNode.Field field : mapping(node, what).fields()) {
      if (!known.contains(field.name())) {
        throw field
            .at()
            .refusal(
                "%s has no field '%s': %s"
                    .formatted(
                        what,
                        field.name(),
                        NearestName.of(field.name(), known)
                            .map("did you mean '%s'?"::formatted)
                            .orElse("it has " + String.join(", ", known))));
      }
      byName.put(field.name(), field);
    }
  }

  static YamlNode.Mapping mapping(YamlNode node, String what) {
    if (node instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    throw node.at()
        .refusal("%s is written as fields, 'name: value' in a line each".formatted(what));
  }

  /** Where the mapping begins. */
  YamlNode.Position at() {
    return at;
  }

  /** Whether a field is there. */
  boolean has(String name) {
    return byName.containsKey(name);
  }

  /** A field's value as it was written; none where it is not there. */
  Optional<YamlNode> node(String name) {
    return Optional.ofNullable(byName.get(name)).map(YamlNode.Field::value);
  }

  /** A field's value; none where it is not there. */
  <T> Optional<T> value(String name, Function<String, T> parse) {
    return node(name).map(node -> parse(node, "'" + name + "'", parse));
  }

  /** A field's value, which must be there. */
  <T> T required(String name, Function<String, T> parse) {
    return value(name, parse)
        .orElseThrow(() -> at.refusal("%s needs the field '%s'".formatted(what, name)));
  }

  /** A field's values, each on its own. */
  List<YamlNode> items(String name) {
    @Nullable YamlNode node = node(name).orElse(null);
    return switch (node) {
      case null -> List.of();
      case YamlNode.Sequence(YamlNode.Position _, List<YamlNode> items) -> items;
      case YamlNode.Scalar _, YamlNode.Nothing _, YamlNode.Mapping _ ->
          throw node.at().refusal("'%s' is a list: write '- VALUE' in a line each".formatted(name));
    };
  }

  /** A field's names and values, such as those of an environment. */
  List<YamlNode.Field> entries(String name) {
    return node(name).map(node -> mapping(node, "'" + name + "'").fields()).orElse(List.of());
  }

  /** Names with texts. */
  Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (YamlNode.Field entry : entries(name)) {
      texts.put(
          entry.name(), parse(entry.value(), "'%s'".formatted(entry.name()), Function.identity()));
    }
    return texts;
  }

  /** Reads one text. */
  static <T> T parse(YamlNode node, String what, Function<String, T> parse) {
    return switch (node) {
      case YamlNode.Scalar(YamlNode.Position at, String text) ->
          refusing(at, what, () -> parse.apply(text));
      case YamlNode.Nothing nothing -> throw nothing.at().refusal(what + " has no value");
      case YamlNode.Sequence list ->
          throw list.at().refusal("%s is one value, not a list".formatted(what));
      case YamlNode.Mapping mapping ->
          throw mapping.at().refusal("%s is one value, without fields".formatted(what));
    };
  }

  /** Makes what the fields are about, from values that have been read. */
  <T> T make(Supplier<T> making) {
    return refusing(at, what, making);
  }

  private static <T> T refusing(YamlNode.Position at, String what, Supplier<T> making) {
    try {
      return making.get();
    } catch (ZansocException | IllegalArgumentException e) {
      throw at.refusal("%s: %s".formatted(what, e.getMessage()));
    }
  }
}
