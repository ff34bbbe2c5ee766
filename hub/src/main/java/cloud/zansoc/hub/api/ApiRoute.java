package cloud.zansoc.hub.api;

import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A route of the API with what the gate and the OpenAPI document need to know. Immutable. */
record ApiRoute(String method, String template, Access access, Shape shape, Work work) {
  /** What a route does for a caller whom the gate has let through. */
  @FunctionalInterface
  interface Work {
    Reply answer(Request request, Caller caller);
  }

  /**
   * What goes in and out.
   *
   * @param query names of the query parameters; those that must be there end in "!"
   * @param body the record that is sent
   * @param answer the record, or the list's element, that is answered; none for 204
   * @param list whether the answer is a list
   */
  record Shape(
      String summary,
      List<String> query,
      Optional<Class<?>> body,
      Optional<Class<?>> answer,
      boolean list) {
    Shape {
      query = List.copyOf(query);
    }
  }

  private static final Work NONE =
      (request, caller) -> {
        throw new IllegalStateException(request.route().template() + " does nothing");
      };

  static ApiRoute get(String template, Access access, String summary) {
    return of("GET", template, access, summary);
  }

  static ApiRoute post(String template, Access access, String summary) {
    return of("POST", template, access, summary);
  }

  static ApiRoute delete(String template, Access access, String summary) {
    return of("DELETE", template, access, summary);
  }

  private static ApiRoute of(String method, String template, Access access, String summary) {
    Shape shape = new Shape(summary, List.of(), Optional.empty(), Optional.empty(), false);
    return new ApiRoute(method, template, access, shape, NONE);
  }

  ApiRoute query(String... names) {
    return with(
        new Shape(shape.summary, List.of(names), shape.body, shape.answer, shape.list), work);
  }

  ApiRoute takes(Class<?> body) {
    return with(
        new Shape(shape.summary, shape.query, Optional.of(body), shape.answer, shape.list), work);
  }

  ApiRoute gives(Class<?> answer) {
    return with(
        new Shape(shape.summary, shape.query, shape.body, Optional.of(answer), false), work);
  }

  ApiRoute givesList(Class<?> element) {
    return with(
        new Shape(shape.summary, shape.query, shape.body, Optional.of(element), true), work);
  }

  ApiRoute does(Work other) {
    return with(shape, other);
  }

  private ApiRoute with(Shape other, Work otherWork) {
    return new ApiRoute(method, template, access, other, otherWork);
  }

  /**
   * The route behind the gate.
   *
   * @param notice what a caller should know beside the answer
   */
  Route behind(Gate gate, long maxBodyBytes, Function<Caller, Optional<String>> notice) {
    return new Route(
        method,
        template,
        maxBodyBytes,
        request -> {
          Caller caller = gate.admit(access, request);
          Reply reply = work.answer(request, caller);
          return notice
              .apply(caller)
              .map(text -> reply.header(ApiClient.NOTICE, text))
              .orElse(reply);
        });
  }
}
