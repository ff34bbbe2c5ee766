package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.ExecRequest;
import cloud.zansoc.compute.engine.ExecSession;
import cloud.zansoc.compute.engine.PortConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an instance once whether it works. */
final class HealthProbe {
  private static final int LONGEST_STATUS_LINE = 1024;
  private static final int LEAST_GOOD = 200;
  private static final int MOST_GOOD = 399;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");
  private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);

  private final Engine engine;
  private final Scheduler scheduler;

  /**
   * @param scheduler ends what takes too long
   */
  HealthProbe(Engine engine, Scheduler scheduler) {
    this.engine = engine;
    this.scheduler = scheduler;
  }

  /** Whether the check succeeds within its time; blocks. */
  boolean succeeds(InstanceId id, HealthCheck check) {
    try {
      return switch (check.kind()) {
        case HTTP -> answersHttp(id, check);
        case TCP -> {
          engine.connect(id, check.port()).close();
          yield true;
        }
        case COMMAND -> exitsWithZero(id, check);
      };
    } catch (ZansocException | IOException e) {
      LOG.debug("instance {} is not healthy: {}", id, e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean answersHttp(InstanceId id, HealthCheck check) throws IOException {
    try (PortConnection connection = engine.connect(id, check.port())) {
      Scheduler.Timer timer = scheduler.after(check.timeout(), "health", connection::close);
      try {
        String request =
            "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUser-Agent: zansoc\r\nConnection: close\r\n\r\n"
                .formatted(check.path(), check.port());
        connection.output().write(request.getBytes(StandardCharsets.UTF_8));
        connection.output().flush();
        Matcher status = STATUS_LINE.matcher(line(connection.input()));
        return status.matches() && isGood(Integer.parseInt(status.group(1)));
      } finally {
        timer.cancel();
      }
    }
  }

  private static boolean isGood(int status) {
    return status >= LEAST_GOOD && status <= MOST_GOOD;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read();
        next >= 0 && next != '\n' && line.length() < LONGEST_STATUS_LINE;
        next = in.read()) {
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  private boolean exitsWithZero(InstanceId id, HealthCheck check)
      throws IOException, InterruptedException {
    ExecRequest request = new ExecRequest(check.command(), Map.of(), Optional.empty());
    try (ExecSession session = engine.exec(id, request)) {
      Scheduler.Timer timer = scheduler.after(check.timeout(), "health", session::close);
      try {
        session.stdin().close();
        // Both outputs must be read, or a command that says much would wait for ever.
        scheduler.run("health-errors", () -> drain(session.stderr()));
        drain(session.stdout());
        return session.awaitExit() == 0;
      } finally {
        timer.cancel();
      }
    }
  }

  private static void drain(InputStream output) {
    try {
      output.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LOG.debug("a health check's output ended: {}", e.getMessage());
    }
  }
}
