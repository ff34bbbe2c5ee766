package cloud.zansoc.compute.engine.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Requests for which the library has no command or a slow one: it sends a command's input in pieces
 * of 1 KiB, and waits a second for statistics. Each takes a connection of its own, whose rest is
 * the answer's body: in HTTP 1.0 nothing is cut into chunks.
 */
final class EngineHttp {
  private static final int MAX_HEAD = 64 << 10;
  private static final int MAX_MESSAGE = 64 << 10;

  private final URI address;
  private final Optional<SSLContext> tls;
  private final ObjectMapper json;

  EngineHttp(URI address, Optional<SSLContext> tls, ObjectMapper json) {
    this.address = address;
    this.tls = tls;
    this.json = json;
  }

  /** A connection that gives the body of the answer to a GET. */
  EngineConnection get(String path) {
    return send("GET " + path + " HTTP/1.0\r\nHost: engine\r\n\r\n", new byte[0]);
  }

  /** The answer to a GET, read as JSON. */
  <T> T get(String path, Class<T> type) {
    try (EngineConnection connection = get(path)) {
      return json.readValue(connection.input(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Posts what is small, and waits until it is done. */
  void post(String path, String type, byte[] body) {
    String head = "POST " + path + " HTTP/1.0\r\nHost: engine\r\n" + content(type, body);
    try (EngineConnection connection = send(head, body)) {
      connection.input().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Posts JSON; from then on the connection is that of the command that it starts. */
  EngineConnection upgrade(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            + content("application/json", body),
        body);
  }

  private static String content(String type, byte[] body) {
    return "Content-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(type, body.length);
  }

  private EngineConnection send(String head, byte[] body) {
    try {
      EngineConnection connection = EngineConnection.open(address, tls);
      try {
        connection.output().write(head.getBytes(StandardCharsets.US_ASCII));
        connection.output().write(body);
        connection.output().flush();
        int status = status(readHead(connection.input()));
        if (status >= 400) {
          throw refusal(status, connection.input());
        }
        return connection;
      } catch (IOException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Byte by byte, since what follows is not ours to read. */
  private static String readHead(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int next = input.read();
      if (next < 0 || head.length() > MAX_HEAD) {
        throw new EOFException("the engine did not answer with HTTP: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static int status(String head) throws IOException {
    String[] parts = head.split(" ", 3);
    if (parts.length < 3 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5][0-9]{2}")) {
      throw new IOException("the engine did not answer with HTTP: " + head);
    }
    return Integer.parseInt(parts[1]);
  }

  private static DockerException refusal(int status, InputStream body) throws IOException {
    String message = new String(body.readNBytes(MAX_MESSAGE), StandardCharsets.UTF_8);
    return switch (status) {
      case 400 -> new BadRequestException(message);
      case 404 -> new NotFoundException(message);
      case 409 -> new ConflictException(message);
      default -> new DockerException(message, status);
    };
  }
}
