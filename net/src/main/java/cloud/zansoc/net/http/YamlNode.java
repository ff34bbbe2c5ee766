package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.List;

/** A value of a YAML text, with where it stands. */
public sealed interface YamlNode {
  /** Where it begins. */
  Position at();

  /**
   * A place in a text.
   *
   * @param source what people call the text: the name of its file
   * @param line from 1
   * @param column from 1
   */
  record Position(String source, int line, int column) {
    /** A refusal of what stands there, INVALID_ARGUMENT. */
    public ZansocException refusal(String message) {
      return new ZansocException(ErrorCode.INVALID_ARGUMENT, this + ": " + message);
    }

    /** As compilers write it: "shop.yaml:3:5". */
    @Override
    public String toString() {
      return "%s:%d:%d".formatted(source, line, column);
    }
  }

  /** Text, a number or a truth value, as it was written. */
  record Scalar(Position at, String text) implements YamlNode {}

  /** A field without a value. */
  record Nothing(Position at) implements YamlNode {}

  /** Values one after the other. */
  record Sequence(Position at, List<YamlNode> items) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Fields, no two of one name, in the order in which they were written. */
  record Mapping(Position at, List<Field> fields) implements YamlNode {
    public Mapping {
      fields = List.copyOf(fields);
    }
  }

  /**
   * A field of a mapping.
   *
   * @param at where its name stands
   */
  record Field(Position at, String name, YamlNode value) {}
}
