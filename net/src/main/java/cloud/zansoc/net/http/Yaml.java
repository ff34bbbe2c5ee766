package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML 1.2 that people write, such as a deployment's file: one document, in which every value
 * knows its line. Aliases are refused: with them a short text can stand for a huge one. Not
 * thread-safe.
 */
public final class Yaml {
  /** The longest text that is read. */
  public static final int MAX_CHARACTERS = 1 << 20;

  private static final int MAX_DEPTH = 32;
  private static final YAMLFactory FACTORY = new YAMLFactory();

  private final String source;
  private final YAMLParser parser;

  private Yaml(String source, YAMLParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /**
   * Reads a text.
   *
   * @param source what people call the text: the name of its file
   * @throws ZansocException INVALID_ARGUMENT that says what is wrong in which line
   */
  public static YamlNode read(String source, String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE,
          "%s has %d characters, and at most %d are read"
              .formatted(source, text.length(), MAX_CHARACTERS));
    }
    try (YAMLParser parser = (YAMLParser) FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new Yaml(source, parser).document();
    } catch (JacksonException e) {
      YamlNode.Position at =
          mark(e)
              .map(mark -> new YamlNode.Position(source, mark.getLine() + 1, mark.getColumn() + 1))
              .orElseGet(() -> position(source, e.getLocation()));
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, at + ": not YAML: " + firstLines(e), e);
    }
  }

  private YamlNode document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new YamlNode.Nothing(new YamlNode.Position(source, 1, 1));
    }
    YamlNode root = value(first, 0);
    if (parser.nextToken() != null) {
      throw here().refusal("a second document begins here, and only one is read");
    }
    return root;
  }

  private YamlNode value(@Nullable JsonToken token, int depth) {
    YamlNode.Position at = here();
    if (token == null) {
      throw at.refusal("the text ends too early");
    }
    if (depth > MAX_DEPTH) {
      throw at.refusal("values lie in one another more than " + MAX_DEPTH + " deep");
    }
    if (parser.isCurrentAlias()) {
      throw at.refusal("aliases (*%s) are not read: write the value again".formatted(text()));
    }
    return switch (token) {
      case START_OBJECT -> mapping(at, depth);
      case START_ARRAY -> sequence(at, depth);
      case VALUE_NULL -> new YamlNode.Nothing(at);
      default -> new YamlNode.Scalar(at, text());
    };
  }

  private YamlNode mapping(YamlNode.Position at, int depth) {
    List<YamlNode.Field> fields = new ArrayList<>();
    Map<String, YamlNode.Position> names = new HashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      YamlNode.Position named = here();
      String name = text();
      YamlNode.Position before = names.putIfAbsent(name, named);
      if (before != null) {
        throw named.refusal(
            "'%s' is written twice: it stands in line %d already".formatted(name, before.line()));
      }
      fields.add(new YamlNode.Field(named, name, value(parser.nextToken(), depth + 1)));
    }
    return new YamlNode.Mapping(at, fields);
  }

  private YamlNode sequence(YamlNode.Position at, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      items.add(value(next, depth + 1));
    }
    return new YamlNode.Sequence(at, items);
  }

  private String text() {
    String text = parser.getString();
    return text == null ? "" : text;
  }

  private YamlNode.Position here() {
    return position(source, parser.currentTokenLocation());
  }

  private static YamlNode.Position position(String source, @Nullable TokenStreamLocation location) {
    return location == null
        ? new YamlNode.Position(source, 1, 1)
        : new YamlNode.Position(
            source, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  /** Where the mistake is; the location of an exception is that of the token before it. */
  private static Optional<Mark> mark(JacksonException e) {
    return e.getCause() instanceof MarkedYamlEngineException marked
        ? marked.getProblemMark()
        : Optional.empty();
  }

  /** What the parser says, without the piece of the text that it adds. */
  private static String firstLines(JacksonException e) {
    List<String> said = new ArrayList<>();
    for (String line : e.getOriginalMessage().split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith(" ")) {
        said.add(line.strip());
      }
    }
    return String.join(", ", said);
  }
}
