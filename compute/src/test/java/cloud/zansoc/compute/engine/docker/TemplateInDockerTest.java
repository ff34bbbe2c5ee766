package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.client.SecretSource;
import cloud.zansoc.compute.client.Template;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.Commands;
import cloud.zansoc.compute.engine.Specs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Templates do what they say: the image is made, and the command of its service runs and serves in
 * a real dockerd. The web server is tested always; the others, whose images take minutes to make
 * the first time, with JAVA_TOOL_OPTIONS=-Dtemplates=all.
 */
final class TemplateInDockerTest {
  private static final boolean ALL = "all".equals(System.getProperty("templates"));

  @TempDir Path volumes;
  private final List<InstanceId> made = new ArrayList<>();
  private DockerEngine engine;

  @BeforeEach
  void open() {
    DockerDaemon daemon = DockerDaemon.shared();
    engine =
        DockerEngine.connect(
            DockerSettings.of(
                new PeerId(Digest.sha256(new byte[] {9})), Optional.of(daemon.address())));
  }

  @AfterEach
  void close() {
    made.forEach(engine::remove);
    engine.close();
  }

  private static void assumeAll() {
    Assumptions.assumeTrue(
        ALL, "skipped: templates other than web are run with JAVA_TOOL_OPTIONS=-Dtemplates=all");
  }

  /** The instance of a template's service, running. */
  private InstanceId run(String name, String service) throws IOException {
    Template template = Template.of(name);
    if (!engine.hasImage(template.recipe().name())) {
      try (InputStream in = Files.newInputStream(BaseImage.archive(template.recipe()))) {
        engine.loadImage(in);
      }
    }
    SecretSource secrets =
        new SecretSource(
            Map.of("POSTGRES_PASSWORD", "o'pen \"it\"", "JUPYTER_TOKEN", "token"), Path.of(""));
    ServiceSpec spec =
        template.spec(secrets, Optional.empty(), template.recipe().name()).services().stream()
            .filter(each -> each.name().equals(service))
            .findFirst()
            .orElseThrow();
    Map<String, String> environment = new HashMap<>(spec.environment());
    environment.putAll(spec.secrets());
    List<InstanceSpec.Volume> mounts = new ArrayList<>();
    Map<String, Path> folders = new HashMap<>();
    spec.volumes()
        .forEach(mount -> {
          mounts.add(new InstanceSpec.Volume(mount.volume(), mount));
          folders.put(mount.volume(), volumes);
        });
    InstanceId id = new InstanceId(9, made.size() + 1);
    made.add(id);
    engine.create(
        Specs.of(id, spec.image(), environment, mounts, spec.size(), spec.command()), folders);
    engine.start(id);
    return id;
  }

  /** Waits until a command of a shell in the instance says something. */
  private String says(InstanceId id, String command, String words) {
    return Await.until(
        command + "; the log: " + log(id),
        () -> {
          Commands.Result result = Commands.run(engine, id, "sh", "-c", command);
          return result.stdout() + result.stderr();
        },
        said -> said.contains(words));
  }

  private String log(InstanceId id) {
    try (InputStream in = engine.logs(id, false, 20, Optional.empty())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void web_run_servesItsFiles() throws IOException {
    InstanceId id = run("web", "web");
    says(id, "curl -sS http://127.0.0.1/", "nginx");
    says(id, "echo hello > /var/www/html/hello; curl -sS http://127.0.0.1/hello", "hello");
  }

  @Test
  void debian_run_hasWhatPeopleGoInWith() throws IOException {
    assumeAll();
    InstanceId id = run("debian", "debian");
    says(id, "rsync --version; ls /usr/lib/openssh/sftp-server", "/usr/lib/openssh/sftp-server");
  }

  @Test
  void notebook_run_opensWithItsTokenOnly() throws IOException {
    assumeAll();
    InstanceId id = run("notebook", "notebook");
    String url = "http://127.0.0.1:8888/api/contents";
    says(id, "curl -sS -H 'Authorization: token token' " + url, "\"type\": \"directory\"");
    says(id, "curl -sS -o /dev/null -w %{http_code} " + url, "403");
    says(id, "curl -sS -o /dev/null -w %{http_code} http://127.0.0.1:8888/login", "200");
    says(id, "cd /work && python3 -c 'import numpy, pandas; print(pandas.__name__)'", "pandas");
  }

  @Test
  void postgres_startedAgain_keepsItsRowsAndItsPassword() throws IOException {
    assumeAll();
    InstanceId id = run("postgres", "postgres");
    String psql = "PGPASSWORD='o'\\''pen \"it\"' psql -h 127.0.0.1 -U postgres -tAc ";
    says(
        id,
        psql
            + "'create table rows as select 41 + 1 as answer' 2>&1; "
            + psql
            + "'select answer from rows'",
        "42");
    says(id, "PGPASSWORD=wrong psql -h 127.0.0.1 -U postgres -c 'select 1' 2>&1", "failed");
    engine.stop(id, Duration.ofSeconds(10));
    engine.start(id);
    says(id, psql + "'select answer from rows'", "42");
    says(id, "ps -o user= -C postgres | sort -u", "postgres");
  }

  /** In one instance: a private network of several is another test's. */
  @Test
  void dask_run_doesAJobOnItsWorkers() throws IOException {
    assumeAll();
    InstanceId id = run("dask", "scheduler");
    says(id, "ss -ltn", ":8786");
    String worker =
        String.join(
            " ",
            Template.of("dask")
                .spec(new SecretSource(Map.of(), Path.of("")), Optional.empty(), "a:1")
                .services()
                .stream()
                .filter(each -> each.name().equals("worker"))
                .findFirst()
                .orElseThrow()
                .command());
    says(
        id,
        "echo 127.0.0.1 scheduler-1 >> /etc/hosts; cd /tmp; for i in 1 2; do "
            + worker
            + " > /tmp/worker-$i 2>&1 & done; echo begun",
        "begun");
    says(
        id,
        "python3 -c \"from distributed import Client; c = Client('scheduler-1:8786'); c.wait_for_workers(2);"
            + " print('sum', sum(c.gather(c.map(lambda x: x * x, range(100)))))\"",
        "sum 328350");
  }
}
