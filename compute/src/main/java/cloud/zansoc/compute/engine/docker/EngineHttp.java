package cloud.zansoc.compute.engine.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Requests for which the library has no command, or none that streams. */
final class EngineHttp {
  private static final int MAX_MESSAGE = 64 << 10;
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private final DockerHttpClient http;
  private final ObjectMapper json;

  EngineHttp(DockerHttpClient http, ObjectMapper json) {
    this.http = http;
    this.json = json;
  }

  /** The answer to a GET, to be closed; refusals are thrown. */
  Response get(String path) {
    return checked(http.execute(Request.builder().method(Request.Method.GET).path(path).build()));
  }

  /** The answer to a GET, read as JSON. */
  <T> T get(String path, Class<T> type) {
    try (Response response = get(path)) {
      return json.readValue(response.getBody(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends JSON; what is answered is not read. */
  void post(String path, String body) {
    checked(
            http.execute(
                Request.builder()
                    .method(Request.Method.POST)
                    .path(path)
                    .headers(JSON)
                    .bodyBytes(body.getBytes(StandardCharsets.UTF_8))
                    .build()))
        .close();
  }

  /** Sends JSON and then whatever {@code input} gives, while the answer is read. */
  Response hijack(String path, String body, InputStream input) {
    return checked(
        http.execute(
            Request.builder()
                .method(Request.Method.POST)
                .path(path)
                .headers(JSON)
                .bodyBytes(body.getBytes(StandardCharsets.UTF_8))
                .hijackedInput(input)
                .build()));
  }

  private static Response checked(Response response) {
    int status = response.getStatusCode();
    if (status < 400) {
      return response;
    }
    try (response) {
      String message =
          new String(response.getBody().readNBytes(MAX_MESSAGE), StandardCharsets.UTF_8);
      throw switch (status) {
        case 400 -> new BadRequestException(message);
        case 404 -> new NotFoundException(message);
        case 409 -> new ConflictException(message);
        default -> new DockerException(message, status);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
