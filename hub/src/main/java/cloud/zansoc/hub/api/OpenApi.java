package cloud.zansoc.hub.api;

import cloud.zansoc.net.http.ApiError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the OpenAPI 3.1 document from the routes and the records that they exchange. */
final class OpenApi {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)}");
  private static final String VERSION = "1";

  private final JsonSchemas schemas = new JsonSchemas();

  private OpenApi() {}

  static Map<String, Object> document(List<ApiRoute> routes) {
    return new OpenApi().make(routes);
  }

  private Map<String, Object> make(List<ApiRoute> routes) {
    Map<String, Object> paths = new TreeMap<>();
    for (ApiRoute route : routes) {
      @SuppressWarnings("unchecked") // put there three lines below
      Map<String, Object> path =
          (Map<String, Object>)
              paths.computeIfAbsent(route.template(), key -> new TreeMap<String, Object>());
      path.put(route.method().toLowerCase(Locale.ROOT), operation(route));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put("info", ordered("title", "Zansoc hub", "version", VERSION));
    document.put("paths", paths);
    schemas.of(ApiError.class);
    document.put(
        "components",
        ordered(
            "securitySchemes",
            Map.of("certificate", Map.of("type", "mutualTLS")),
            "schemas",
            schemas.all()));
    return document;
  }

  private Map<String, Object> operation(ApiRoute route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", route.shape().summary());
    operation.put("description", "For: " + route.access().text() + ".");
    if (route.access() != Access.ANYONE) {
      operation.put("security", List.of(Map.of("certificate", List.of())));
    }
    List<Object> parameters = parameters(route);
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    route
        .shape()
        .body()
        .ifPresent(body ->
            operation.put(
                "requestBody", ordered("required", true, "content", content(body, false))));
    operation.put("responses", responses(route));
    return operation;
  }

  private static List<Object> parameters(ApiRoute route) {
    List<Object> parameters = new ArrayList<>();
    Matcher names = PARAMETER.matcher(route.template());
    while (names.find()) {
      parameters.add(parameter(names.group(1), "path", true));
    }
    for (String name : route.shape().query()) {
      boolean required = name.endsWith("!");
      parameters.add(parameter(name.replace("!", ""), "query", required));
    }
    return parameters;
  }

  private static Map<String, Object> parameter(String name, String in, boolean required) {
    return ordered(
        "name", name, "in", in, "required", required, "schema", Map.of("type", "string"));
  }

  private Map<String, Object> responses(ApiRoute route) {
    Map<String, Object> success = new LinkedHashMap<>();
    success.put("description", route.shape().answer().isPresent() ? "success" : "done");
    route
        .shape()
        .answer()
        .ifPresent(answer -> success.put("content", content(answer, route.shape().list())));
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("description", "the error, with its own status");
    error.put("content", content(ApiError.class, false));
    return ordered(route.shape().answer().isPresent() ? "2XX" : "204", success, "default", error);
  }

  private Map<String, Object> content(Class<?> type, boolean list) {
    if (type == byte[].class) {
      return Map.of("application/octet-stream", Map.of());
    }
    if (type == String.class) {
      return Map.of("text/plain", Map.of());
    }
    Object schema = schemas.of(type);
    Object whole = list ? ordered("type", "array", "items", schema) : schema;
    return Map.of("application/json", Map.of("schema", whole));
  }

  /** A map in the order given: name, value, name, value. */
  static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
