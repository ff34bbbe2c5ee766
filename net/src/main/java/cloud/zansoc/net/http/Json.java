package cloud.zansoc.net.http;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * JSON as every Zansoc program writes and reads it: records by their components.
 *
 * <p>Ids, digests and addresses are text, sizes a number of bytes, money a number of micro-dollars,
 * {@code byte[]} base 64, times ISO 8601, an empty Optional is null or absent. A reader ignores
 * fields that it does not know, so that a newer peer may send more, and refuses a record with a
 * missing or null component. Thread-safe.
 */
public final class Json {
  private static final int MAX_DEPTH = 64;
  private static final JsonMapper MAPPER = mapper();

  private Json() {}

  /** {@code value} as UTF-8 JSON. */
  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** {@code value} as JSON over several lines, for people. */
  public static String pretty(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /**
   * Reads one value.
   *
   * @throws ZansocException INVALID_ARGUMENT that names the field at fault
   */
  public static <T> T read(byte[] json, Class<T> type) {
    return read(() -> MAPPER.readValue(json, type));
  }

  /** Reads an array of {@code type}; throws as {@link #read}. */
  public static <T> List<T> readList(byte[] json, Class<T> type) {
    List<T> list = read(() -> MAPPER.readerForListOf(type).readValue(json));
    return List.copyOf(list);
  }

  /** Gives a value that was read without a type (maps, lists, text, numbers) its type. */
  public static <T> T convert(Object value, Class<T> type) {
    return read(write(value), type);
  }

  private static <T> T read(Supplier<@Nullable T> reading) {
    T value;
    try {
      value = reading.get();
    } catch (DatabindException e) {
      throw invalid(field(e) + reason(e), e);
    } catch (JacksonException e) {
      throw invalid("not JSON" + position(e) + ": " + e.getOriginalMessage(), e);
    }
    if (value == null) {
      throw invalid("null where a value is needed", new NullPointerException());
    }
    return value;
  }

  private static ZansocException invalid(String message, Exception cause) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, message, cause);
  }

  private static String field(DatabindException e) {
    String path =
        e.getPath().stream()
            .map(step ->
                step.getPropertyName() == null
                    ? "[" + step.getIndex() + "]"
                    : step.getPropertyName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "the JSON body: " : "field '" + path + "': ";
  }

  private static String reason(DatabindException e) {
    Throwable cause = e.getCause();
    if (cause != null && cause.getMessage() != null) {
      return cause.getMessage();
    }
    return e.getOriginalMessage().replaceAll("`(?:[a-z]+\\.)+([A-Za-z0-9$]+)[^`]*`", "$1");
  }

  private static String position(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " (line %d, column %d)"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static JsonMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    return JsonMapper.builder(factory)
        .addModule(baseTypes())
        .annotationIntrospector(new RequiredComponents())
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .build();
  }

  private static SimpleModule baseTypes() {
    SimpleModule module = new SimpleModule("zansoc");
    text(module, PeerId.class, PeerId::parse);
    text(module, Digest.class, Digest::parse);
    text(module, ShardId.class, ShardId::parse);
    text(module, InstanceId.class, InstanceId::parse);
    text(module, HostAddress.class, HostAddress::parse);
    number(module, ByteSize.class, ByteSize::bytes, ByteSize::new);
    number(module, Money.class, Money::microDollars, Money::new);
    return module;
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(
        type,
        new StdSerializer<T>(type) {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
          }
        });
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
              return context.reportInputMismatch(type, "must be text");
            }
            try {
              return parse.apply(in.getString());
            } catch (IllegalArgumentException e) {
              return context.reportInputMismatch(type, "%s", e.getMessage());
            }
          }
        });
  }

  private static <T> void number(
      SimpleModule module, Class<T> type, ToLongFunction<T> write, Function<Long, T> read) {
    module.addSerializer(
        type,
        new StdSerializer<T>(type) {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeNumber(write.applyAsLong(value));
          }
        });
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
              return context.reportInputMismatch(type, "must be a whole number");
            }
            try {
              return read.apply(in.getLongValue());
            } catch (IllegalArgumentException e) {
              return context.reportInputMismatch(type, "%s", e.getMessage());
            }
          }
        });
  }

  /** Every component of a record is required, but for an Optional. */
  private static final class RequiredComponents extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      return member instanceof AnnotatedParameter
          && member.getDeclaringClass().isRecord()
          && member.getRawType() != Optional.class;
    }
  }
}
