package cloud.zansoc.hub.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.hub.ssh.GatewayFixture.Ended;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.OpenSshKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real OpenSSH client against a gateway, whose host runs real processes. */
final class SshGatewayTest {
  @TempDir private Path folder;
  private Path root;
  private GatewayFixture fixture;

  @BeforeEach
  void open() throws Exception {
    root = Files.createDirectories(folder.resolve("instance"));
    fixture = new GatewayFixture(folder, new LocalInstances(root, true));
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void command_run_hasItsOutputsAndItsExitStatus() throws Exception {
    Ended ended = ssh("echo out; echo err >&2; pwd; exit 7");
    assertThat(ended.text()).isEqualTo("out\n" + root + "\n");
    assertThat(ended.err()).isEqualTo("err\n");
    assertThat(ended.code()).isEqualTo(7);
    assertThat(ssh("kill -9 $$").code()).isEqualTo(137);
  }

  @Test
  void command_withMuchInput_givesItAllBack() throws Exception {
    byte[] bytes = new byte[8 << 20];
    new Random(3).nextBytes(bytes);
    Ended ended = fixture.run(fixture.ssh(List.of(), "cat"), bytes);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).isEqualTo(bytes);
  }

  @Test
  void command_thatReadsNothing_endsAllTheSame() throws Exception {
    Ended ended = fixture.run(fixture.ssh(List.of(), "echo done"), new byte[8 << 20]);
    assertThat(ended.text()).isEqualTo("done\n");
    assertThat(ended.code()).isZero();
  }

  @Test
  void environment_ofTheClient_isTakenWhereItMayBe() throws Exception {
    List<String> options = List.of("-o", "SetEnv=LC_TEST=häuser", "-o", "SendEnv=LANG");
    Ended ended = fixture.run(fixture.ssh(options, "echo $LC_TEST $LANG"), new byte[0]);
    assertThat(ended.text()).isEqualTo("häuser C.UTF-8\n");
    Ended other =
        fixture.run(
            fixture.ssh(List.of("-o", "SetEnv=LD_PRELOAD=x"), "echo [$LD_PRELOAD]"), new byte[0]);
    assertThat(other.text()).isEqualTo("[]\n");
  }

  @Test
  void shell_withoutCommand_readsCommands() throws Exception {
    byte[] script = "echo one\necho two\nexit 3\n".getBytes(StandardCharsets.UTF_8);
    Ended ended = fixture.run(fixture.ssh(List.of("-T")), script);
    assertThat(ended.text()).isEqualTo("one\ntwo\n");
    assertThat(ended.code()).isEqualTo(3);
  }

  @Test
  void terminal_resizedByTheUser_isSeenInside() throws Exception {
    Path script = folder.resolve("resize.py");
    Files.writeString(script, RESIZING);
    List<String> line = new ArrayList<>(List.of("python3", script.toString()));
    line.addAll(fixture.ssh(List.of("-tt")));
    Ended ended = fixture.run(line, new byte[0]);
    assertThat(ended.code()).as(ended.err() + ended.text()).isEqualTo(5);
    assertThat(ended.text()).contains("xterm-test 30 100").contains("50 132");
  }

  /** A user at a terminal of 100 x 30, who makes it 132 x 50. */
  private static final String RESIZING =
      """
      import fcntl, os, pty, struct, sys, termios
      pid, terminal = pty.fork()
      if pid == 0:
          os.environ['TERM'] = 'xterm-test'
          import time
          size = struct.pack('HHHH', 30, 100, 0, 0)
          fcntl.ioctl(0, termios.TIOCSWINSZ, size)
          os.execvp(sys.argv[1], sys.argv[1:])
      seen = b''
      def until(wanted):
          global seen
          while wanted not in seen:
              data = os.read(terminal, 65536)
              os.write(1, data)
              seen += data
          seen = b''
      os.write(terminal, b'echo re""ady $TERM $(stty size)\\n')
      until(b'ready xterm-test 30 100')
      fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 132, 0, 0))
      os.write(terminal, b'until [ "$(stty size)" = "50 132" ]; do sleep 0.05; done; echo no""w $(stty size)\\n')
      until(b'now 50 132')
      os.write(terminal, b'exit 5\\n')
      try:
          while os.read(terminal, 65536): pass
      except OSError: pass
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      """;

  @Test
  void key_unknownOrExpired_isNotLetIn() throws Exception {
    Path other = folder.resolve("other");
    fixture.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other.toString());
    List<String> line = withKey(other, "true");
    assertThat(fixture.run(line, new byte[0]).err()).contains("Permission denied (publickey)");

    fixture.register(Files.readString(Path.of(other + ".pub")), Optional.empty());
    assertThat(fixture.run(line, new byte[0]).code()).isZero();

    fixture.register(
        Files.readString(Path.of(other + ".pub")), Optional.of(Instant.now().plusMillis(300)));
    await(() -> fixture.run(line, new byte[0]).err().contains("Permission denied"));
  }

  @Test
  void key_ofEachKind_isLetIn() throws Exception {
    for (String[] kind : new String[][] {{"rsa", "3072"}, {"ecdsa", "256"}, {"ecdsa", "521"}}) {
      Path key = folder.resolve(kind[0] + kind[1]);
      fixture.run("ssh-keygen", "-q", "-t", kind[0], "-b", kind[1], "-N", "", "-f", key.toString());
      fixture.register(Files.readString(Path.of(key + ".pub")), Optional.empty());
      Ended ended = fixture.run(withKey(key, "echo in"), new byte[0]);
      assertThat(ended.text()).as(kind[0] + ended.err()).isEqualTo("in\n");
    }
  }

  @Test
  void identity_ofAMember_isAKey() throws Exception {
    Identity identity = Identity.create(new SecureRandom());
    fixture.join(identity);
    Path key = folder.resolve("own");
    Files.writeString(key, OpenSshKey.text(identity, "own"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Ended ended = fixture.run(withKey(key, "echo in"), new byte[0]);
    assertThat(ended.text()).as(ended.err()).isEqualTo("in\n");
  }

  @Test
  void instance_unknown_isToldInOneLine() throws Exception {
    List<String> line = new ArrayList<>(fixture.ssh(List.of(), "true"));
    line.set(line.indexOf("web-1@127.0.0.1"), "web-9@127.0.0.1");
    Ended ended = fixture.run(line, new byte[0]);
    assertThat(ended.err().strip())
        .isEqualTo("zansoc: no instance is called 'web-9': there is web-1");
    assertThat(ended.code()).isEqualTo(255);
  }

  @Test
  void host_unreachable_isToldInOneLine() throws Exception {
    Identity gone = Identity.create(new SecureRandom());
    fixture.instances.put(
        "web-1", new Place(gone.id(), InstanceId.random(new SecureRandom()), "web-1", "shop"));
    Ended ended = ssh("true");
    assertThat(ended.err().strip())
        .isEqualTo("zansoc: host %s is not connected".formatted(gone.id().shortText()));
    assertThat(ended.code()).isEqualTo(255);
  }

  @Test
  void host_lostInTheMiddle_isTold() throws Exception {
    Thread cutting =
        Thread.ofVirtual()
            .start(() -> {
              await(() -> Files.exists(root.resolve("running")));
              fixture.cutOff();
            });
    Ended ended = ssh("touch running; exec sleep 60");
    cutting.join();
    assertThat(ended.err()).contains("the connection to the instance was lost");
    assertThat(ended.code()).isEqualTo(255);
  }

  @Test
  void client_gone_theCommandEnds() throws Exception {
    Process client =
        new ProcessBuilder(fixture.ssh(List.of(), "echo $$ > pid; exec sleep 60"))
            .directory(folder.toFile())
            .start();
    Path pid = root.resolve("pid");
    await(() -> Files.exists(pid) && Files.size(pid) > 1);
    long number = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(number)).isPresent();
    client.destroyForcibly();
    await(() -> ProcessHandle.of(number).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void hostKey_afterARestart_isTheSame() throws Exception {
    String before = fixture.gateway().hostKey();
    fixture.restart();
    assertThat(fixture.gateway().hostKey()).isEqualTo(before);
    assertThat(ssh("echo again").text()).isEqualTo("again\n");
  }

  @Test
  void forwarding_ofAPort_reachesTheInstance() throws Exception {
    byte[] bytes = new byte[4 << 20];
    new Random(4).nextBytes(bytes);
    try (ServerSocket service = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<byte[]> received =
          executor.submit(() -> {
            try (Socket socket = service.accept()) {
              byte[] all = socket.getInputStream().readAllBytes();
              socket.getOutputStream().write(all);
              return all;
            }
          });
      // ssh -W joins its standard streams with the port, half-closes included.
      List<String> line = fixture.ssh(List.of("-W", "localhost:" + service.getLocalPort()));
      Ended ended = fixture.run(line, bytes);
      assertThat(received.get()).isEqualTo(bytes);
      assertThat(ended.out()).as(ended.err()).isEqualTo(bytes);
    }
  }

  @Test
  void forwarding_elsewhere_isRefusedWithTheReason() throws Exception {
    Ended other =
        fixture.run(fixture.ssh(List.of("-o", "LogLevel=INFO", "-W", "192.0.2.1:80")), new byte[0]);
    assertThat(other.err()).contains("only ports of web-1.shop can be reached");
    int free = freePort();
    Ended closed =
        fixture.run(
            fixture.ssh(List.of("-o", "LogLevel=INFO", "-W", "web-1:" + free)), new byte[0]);
    assertThat(closed.err()).contains("nothing listens on port " + free);
  }

  private static int freePort() throws IOException {
    try (ServerSocket port = new ServerSocket(0)) {
      return port.getLocalPort();
    }
  }

  @Test
  void forwarding_back_isRefusedWithTheReason() throws Exception {
    Ended ended =
        fixture.run(fixture.ssh(List.of("-R", "8099:localhost:80"), "echo in"), new byte[0]);
    assertThat(ended.text()).isEqualTo("in\n");
    assertThat(ended.err()).contains("-R is refused");
  }

  @Test
  void rsyncAndGit_overTheGateway_work() throws Exception {
    Path source = Files.createDirectories(folder.resolve("source"));
    Files.writeString(source.resolve("a"), "alpha");
    Files.write(source.resolve("b"), new byte[3 << 20]);
    String shell =
        String.join(" ", fixture.ssh(List.of()).subList(0, fixture.ssh(List.of()).size() - 1));
    Ended synced = fixture.run("rsync", "-a", "-e", shell, source + "/", "web-1@127.0.0.1:copy/");
    assertThat(synced.code()).as(synced.err()).isZero();
    assertThat(root.resolve("copy/b")).hasSize(3 << 20);

    fixture.run("git", "init", "-q", "--bare", root.resolve("r.git").toString());
    fixture.run("git", "init", "-q", source.toString());
    fixture.run("git", "-C", source.toString(), "add", ".");
    fixture.run(
        "git",
        "-C",
        source.toString(),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "commit",
        "-qm",
        "one");
    Ended pushed =
        fixture.run(
            "git",
            "-C",
            source.toString(),
            "-c",
            "core.sshCommand=" + shell,
            "push",
            "-q",
            "web-1@127.0.0.1:r.git",
            "HEAD:main");
    assertThat(pushed.code()).as(pushed.err()).isZero();
    assertThat(
            fixture
                .run("git", "-C", root.resolve("r.git").toString(), "log", "--oneline", "main")
                .text())
        .contains("one");
  }

  @Test
  void sessions_manyAtOnce_eachGetsItsOwn() throws Exception {
    List<Future<Ended>> all = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        String word = "number" + i;
        all.add(executor.submit(() -> ssh("echo " + word)));
      }
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).get().text()).isEqualTo("number" + i + "\n");
    }
  }

  private Ended ssh(String command) throws Exception {
    return fixture.run(fixture.ssh(List.of(), command), new byte[0]);
  }

  private List<String> withKey(Path key, String command) {
    List<String> line = new ArrayList<>(fixture.ssh(List.of(), command));
    line.replaceAll(word -> word.startsWith("IdentityFile=") ? "IdentityFile=" + key : word);
    return line;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) {
    try {
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (!condition.holds()) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("not within 20 s");
        }
        Thread.sleep(20);
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
