package cloud.zansoc.net.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ZansocException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RouterTest {
  private static Route route(String method, String template) {
    return new Route(method, template, request -> Reply.empty());
  }

  private final Router router =
      new Router(
          List.of(
              route("GET", "/v1/nodes/{node}"),
              route("GET", "/v1/nodes/all"),
              route("POST", "/v1/nodes/{node}/pause"),
              route("DELETE", "/v1/nodes/{node}")));

  private String found(String method, String path) {
    return switch (router.match(method, path)) {
      case Router.Match.Found found -> found.route().template() + found.parameters();
      case Router.Match.WrongMethod wrong -> "allowed: " + wrong.allowed();
      case Router.Match.NoPath none -> "none";
    };
  }

  @Test
  void match_parameter_isDecoded() {
    assertThat(found("GET", "/v1/nodes/a%20b%C3%A9+c"))
        .isEqualTo("/v1/nodes/{node}" + Map.of("node", "a bé+c"));
  }

  @Test
  void match_literal_winsOverParameter() {
    assertThat(found("GET", "/v1/nodes/all")).isEqualTo("/v1/nodes/all{}");
  }

  @Test
  void match_otherMethod_namesThoseAllowed() {
    assertThat(found("PUT", "/v1/nodes/x")).isEqualTo("allowed: DELETE, GET");
  }

  @Test
  void match_otherPath_isNone() {
    for (String path :
        List.of("", "*", "/", "/v1", "/v1/nodes/", "/v1/nodes/x/y", "//v1/nodes/x")) {
      assertThat(found("POST", path)).as(path).matches("none|allowed: DELETE, GET");
    }
  }

  @Test
  void match_badPercentEncoding_isRefused() {
    assertThatThrownBy(() -> router.match("GET", "/v1/nodes/%zz"))
        .isInstanceOf(ZansocException.class);
  }

  @Test
  void router_sameRouteTwice_isRefused() {
    List<Route> twice = List.of(route("GET", "/a"), route("GET", "/b"), route("GET", "/a"));

    assertThatThrownBy(() -> new Router(twice)).hasMessageContaining("GET /a");
  }
}
