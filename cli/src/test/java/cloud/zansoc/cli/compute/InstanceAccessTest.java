package cloud.zansoc.cli.compute;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Run;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfigurationFile;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs, statistics and files of an instance, through a real hub and its control connection. */
final class InstanceAccessTest {
  @TempDir private Path folder;
  private Path root;
  private Hub hub;
  private LendingHost host;
  private Profile profile;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Path data = folder.resolve("hub");
    hub =
        Hub.start(
            HubConfigurationFile.read(
                data,
                Map.of("bind", "127.0.0.1", "api-port", "0", "peer-port", "0", "ssh-port", "0")));
    profile = new Profile(folder.resolve("profile"));
    run("login", "127.0.0.1:" + hub.apiPort(), "--hub-data=" + data).ok();
    root = folder.resolve("instance");
    Files.createDirectories(root.resolve("srv"));
    host = new LendingHost(hub, data, "home-1", new FolderInstances(root));
    Run deployed = deploy();
    for (int i = 0; i < 300 && deployed.exit() == 8; i++) {
      Thread.sleep(100); // Its hub has not heard yet what it lends.
      deployed = deploy();
    }
    deployed.ok();
  }

  private Run deploy() {
    return run("deploy", "--name=shop", "--image=x", "--yes");
  }

  @AfterEach
  void stop() {
    host.close();
    hub.close();
  }

  private Run run(String... arguments) {
    return Run.with(profile, arguments);
  }

  private String instance() {
    return run("instance", "ls")
        .ok()
        .out()
        .lines()
        .skip(1)
        .findFirst()
        .orElseThrow()
        .replaceFirst(" .*", "");
  }

  @Test
  void logs_wholeTailAndFollowed_areWhatItWrote() {
    String name = instance();
    assertThat(run("instance", "logs", name).ok().out()).isEqualTo("one\ntwo\nthree\n");
    assertThat(run("instance", "logs", name, "--tail=1").ok().out()).isEqualTo("three\n");
    assertThat(run("instance", "logs", name, "-f", "--tail", "2").ok().out())
        .isEqualTo("two\nthree\nfour\n");
    assertThat(run("instance", "logs", name, "--since=5m").ok().out()).startsWith("one\n");
    assertThat(run("instance", "logs", name, "--since=2999-01-01T00:00:00Z").ok().out()).isEmpty();
    assertThat(run("instance", "logs", name, "-f", "--tail=0", "--json").ok().out())
        .isEqualTo("{\"line\":\"four\"}\n");

    assertThat(run("instance", "logs", name, "--since=noon").err()).contains("30m", "2026-01-31");
    assertThat(run("instance", "logs", name, "--tail=-1").exit()).isEqualTo(2);
    Run unknown = run("instance", "logs", "web-7");
    assertThat(unknown.exit()).isEqualTo(4);
    assertThat(unknown.err()).contains("there is no instance 'web-7'", name);
  }

  @Test
  void stats_ofAllAndOfOne_sayWhatIsUsedNow() {
    String name = instance();
    assertThat(run("instance", "stats").ok().out())
        .contains("INSTANCE", "MEMORY")
        .containsPattern(name + "\\.shop +0\\.50 +[0-9.]+ +10\\.0 MiB +512 MiB");
    List<InstanceRates> rates =
        Json.readList(
            run("instance", "stats", name, "--json").ok().out().getBytes(StandardCharsets.UTF_8),
            InstanceRates.class);
    assertThat(rates).hasSize(1);
    assertThat(rates.getFirst().vcpus()).isEqualTo(0.5);
    assertThat(rates.getFirst().usage().processes()).isEqualTo(7);
    assertThat(run("instance", "stats", "web-7").exit()).isEqualTo(4);
  }

  @Test
  void cp_foldersThereAndBack_keepModesTimesAndLinks() throws IOException {
    String name = instance();
    Path site = folder.resolve("site");
    Files.createDirectories(site.resolve("css"));
    Files.writeString(site.resolve("css/style"), "p {}");
    Files.writeString(site.resolve("start"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        site.resolve("start"), PosixFilePermissions.fromString("rwxr-x---"));
    FileTime time = FileTime.from(Instant.parse("2021-02-03T04:05:06Z"));
    Files.setLastModifiedTime(site.resolve("start"), time);
    Files.createSymbolicLink(site.resolve("latest"), Path.of("css/style"));

    run("instance", "cp", site.toString(), name + ":/srv").ok();
    assertThat(root.resolve("srv/site/css/style")).hasContent("p {}");
    run("instance", "cp", site.toString(), name + ":/srv/other").ok();
    assertThat(root.resolve("srv/other/start")).exists();

    Run back = run("instance", "cp", name + ":/srv/site", folder.resolve("back").toString()).ok();
    assertThat(back.out()).contains("is copied to " + folder.resolve("back"));
    Path start = folder.resolve("back/start");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(start)))
        .isEqualTo("rwxr-x---");
    assertThat(Files.getLastModifiedTime(start)).isEqualTo(time);
    assertThat(Files.readSymbolicLink(folder.resolve("back/latest")))
        .isEqualTo(Path.of("css/style"));

    run("instance", "cp", name + ":/srv/site/start", folder.toString()).ok();
    assertThat(folder.resolve("start")).hasContent("#!/bin/sh\n");
    run("instance", "cp", folder.resolve("start").toString(), name + ":/srv/begin").ok();
    assertThat(root.resolve("srv/begin")).hasContent("#!/bin/sh\n");
    assertThat(run("instance", "cp", name + ":/srv/begin", "-").ok().out())
        .startsWith("begin")
        .contains("#!/bin/sh\n");
  }

  @Test
  void cp_ofWhatIsNotThere_saysWhatToDo() {
    String name = instance();
    String here = folder.toString();
    assertThat(run("instance", "cp", name + ":/no", here).err())
        .contains(name + " has no file /no");
    assertThat(run("instance", "cp", here + "/profile", name + ":/proc/x").err())
        .contains("/proc/x is not of files but of the kernel's");
    assertThat(run("instance", "cp", here + "/no", name + ":/srv").err())
        .contains("there is no file " + here + "/no");
    assertThat(run("instance", "cp", here + "/profile", name + ":/no/such/place").err())
        .contains("has no folder /no/such: make it first", "mkdir -p /no/such");
    assertThat(run("instance", "cp", here + "/profile", name + ":/no/").err())
        .contains("has no folder /no");
    assertThat(run("instance", "cp", name + ":/srv", here + "/no/such").err())
        .contains("there is no folder " + here + "/no");
    assertThat(run("instance", "cp", name + ":srv", here).err())
        .contains("a path in an instance is absolute");
    assertThat(run("instance", "cp", here, "-").err()).contains("one of both is INSTANCE:/PATH");
    assertThat(run("instance", "cp", name + ":/a", name + ":/b").exit()).isEqualTo(2);
  }
}
