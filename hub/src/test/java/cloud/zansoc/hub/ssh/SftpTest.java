package cloud.zansoc.hub.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.hub.ssh.GatewayFixture.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSH's sftp and scp with an instance that has a shell, and no sftp-server. */
final class SftpTest {
  private static final int LARGE_BYTES = 20 << 20;

  @TempDir private Path folder;
  private Path root;
  private Path local;
  private GatewayFixture fixture;

  @BeforeEach
  void open() throws Exception {
    root = Files.createDirectories(folder.resolve("instance"));
    local = Files.createDirectories(folder.resolve("local"));
    fixture = new GatewayFixture(folder, new LocalInstances(root, false));
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void files_ofEverySize_goThereAndBack() throws Exception {
    StringBuilder batch = new StringBuilder();
    int[] sizes = {
      0,
      1,
      1000,
      ShellFiles.SMALL_BYTES - 1,
      ShellFiles.SMALL_BYTES,
      ShellFiles.SMALL_BYTES + 1,
      LARGE_BYTES
    };
    for (int size : sizes) {
      write(local.resolve("f" + size), size);
      batch.append("put local/f%1$d f%1$d\nget f%1$d local/back%1$d\n".formatted(size));
    }
    Ended ended = sftp(batch.toString());
    assertThat(ended.err()).isEmpty();
    for (int size : sizes) {
      assertThat(root.resolve("f" + size)).hasSameBinaryContentAs(local.resolve("f" + size));
      assertThat(local.resolve("back" + size)).hasSameBinaryContentAs(local.resolve("f" + size));
    }
  }

  @Test
  void names_ofEveryKind_areKept() throws Exception {
    List<String> names =
        List.of(
            "a b",
            "it's",
            "häuser ⌂",
            "-rf",
            "$(touch x)",
            "back\\slash",
            "q\"uote",
            "*",
            "a;b",
            "a\nb");
    for (String name : names) {
      Files.writeString(local.resolve(name), name);
    }
    Ended put = fixture.run(scp("-r", "local", "web-1@127.0.0.1:copy"), new byte[0]);
    assertThat(put.code()).as(put.err()).isZero();
    Ended got = fixture.run(scp("-r", "web-1@127.0.0.1:copy", "again"), new byte[0]);
    assertThat(got.code()).as(got.err()).isZero();
    for (String name : names) {
      assertThat(root.resolve("copy").resolve(name)).hasContent(name);
      assertThat(folder.resolve("again").resolve(name)).hasContent(name);
    }
    assertThat(root.resolve("x")).doesNotExist();
  }

  @Test
  void tree_ofManySmallFiles_isCopied() throws Exception {
    for (int i = 0; i < 250; i++) {
      Path inside = Files.createDirectories(local.resolve("d" + i % 5));
      Files.writeString(inside.resolve("file" + i), "number " + i);
    }
    Ended put = fixture.run(scp("-r", "local", "web-1@127.0.0.1:copy"), new byte[0]);
    assertThat(put.code()).as(put.err()).isZero();
    Ended got = fixture.run(scp("-r", "web-1@127.0.0.1:copy", "again"), new byte[0]);
    assertThat(got.code()).as(got.err()).isZero();
    assertThat(fixture.run("diff", "-r", "local", "again").code()).isZero();
  }

  @Test
  void permissionsAndTimes_areKeptWhereAsked() throws Exception {
    Path file = local.resolve("tool");
    write(file, 100_000);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-02-03T04:05:06Z")));
    Ended put = fixture.run(scp("-p", "local/tool", "web-1@127.0.0.1:tool"), new byte[0]);
    assertThat(put.code()).as(put.err()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("tool"))))
        .isEqualTo("rwxr-x---");
    assertThat(Files.getLastModifiedTime(root.resolve("tool")).toInstant())
        .isEqualTo(Instant.parse("2020-02-03T04:05:06Z"));
  }

  @Test
  void folder_listed_saysWhatIsThere() throws Exception {
    Files.createDirectories(root.resolve("sub"));
    Files.writeString(root.resolve("file"), "12345");
    Files.createSymbolicLink(root.resolve("link"), Path.of("file"));
    Ended ended = sftp("pwd\nls -la\n");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.text()).contains("Remote working directory: " + root);
    assertThat(ended.text())
        .containsPattern("drwx\\S+ .* sub\n")
        .containsPattern("-rw\\S+ .* 5 .* file\n")
        .containsPattern("lrwx\\S+ .* link\n")
        .containsPattern("drwx\\S+ .* \\.\\.\n");
  }

  @Test
  void commands_onFiles_doAsTheySay() throws Exception {
    Files.writeString(root.resolve("a"), "alpha");
    Ended ended =
        sftp(
            """
            mkdir sub
            rename a sub/b
            ln -s sub/b link
            ln sub/b hard
            chmod 600 sub/b
            mkdir empty
            rmdir empty
            rm link
            """);
    assertThat(ended.err()).isEmpty();
    assertThat(root.resolve("sub/b")).hasContent("alpha");
    assertThat(root.resolve("hard")).hasContent("alpha");
    assertThat(root.resolve("empty")).doesNotExist();
    assertThat(root.resolve("link")).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("hard"))))
        .isEqualTo("rw-------");
  }

  @Test
  void transfers_interrupted_goOnWhereTheyStopped() throws Exception {
    write(local.resolve("whole"), 3_000_001);
    byte[] whole = Files.readAllBytes(local.resolve("whole"));
    Files.write(root.resolve("part"), Arrays.copyOf(whole, 1_234_567));
    Files.write(root.resolve("there"), whole);
    Files.write(local.resolve("half"), Arrays.copyOf(whole, 1_000_003));
    Ended ended = sftp("reput local/whole part\nreget there local/half\n");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(root.resolve("part")).hasBinaryContent(whole);
    assertThat(local.resolve("half")).hasBinaryContent(whole);
  }

  @Test
  void failures_ofEachKind_areSaid() throws Exception {
    Files.createDirectories(root.resolve("full"));
    Files.writeString(root.resolve("full/x"), "");
    Files.writeString(local.resolve("f"), "f");
    assertThat(sftp("get nowhere local/x\n").err()).contains("not found");
    assertThat(sftp("ls nowhere\n").err()).contains("not found");
    assertThat(sftp("put local/f nowhere/f\n").err()).contains("No such file");
    assertThat(sftp("rmdir full\n").err()).contains("ailure");
    assertThat(sftp("mkdir full\n").err()).contains("ailure");
    assertThat(sftp("put local/f /dev/full\n").err()).isNotEmpty();
    write(local.resolve("large"), LARGE_BYTES);
    assertThat(sftp("put local/large /dev/full\n").code()).isNotZero();
  }

  @Test
  void scp_ofTheOldKind_runsTheImagesScp() throws Exception {
    write(local.resolve("f"), 1_000_000);
    Ended ended = fixture.run(scp("-O", "local/f", "web-1@127.0.0.1:g"), new byte[0]);
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(root.resolve("g")).hasSameBinaryContentAs(local.resolve("f"));
  }

  private static void write(Path file, int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Files.write(file, bytes);
  }

  private Ended sftp(String batch) throws Exception {
    List<String> line = new ArrayList<>(List.of("sftp", "-q", "-b", "-"));
    line.addAll(fixture.options());
    line.addAll(List.of("-P", Integer.toString(fixture.port()), "web-1@127.0.0.1"));
    return fixture.run(line, batch.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> scp(String... words) {
    List<String> line = new ArrayList<>(List.of("scp", "-q"));
    line.addAll(fixture.options());
    line.addAll(List.of("-P", Integer.toString(fixture.port())));
    line.addAll(List.of(words));
    return line;
  }
}
