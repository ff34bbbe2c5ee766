package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HostsFileTest {
  private static final String OF_ENGINE = "127.0.0.1\tlocalhost\n172.17.0.2\tabc\n";
  private static final Map<String, String> NAMES =
      Map.of("web-1", "100.64.3.7", "web-1.shop.zan", "100.64.3.7", "db-1", "100.64.9.9");

  @Test
  void with_namesAdded_putsThemBeforeWhatTheEngineWrote() {
    assertThat(HostsFile.with(OF_ENGINE, NAMES))
        .isEqualTo(
            """
            # private network: begin
            100.64.3.7\tweb-1 web-1.shop.zan
            100.64.9.9\tdb-1
            # private network: end
            127.0.0.1\tlocalhost
            172.17.0.2\tabc
            """);
  }

  @Test
  void with_noNames_isWhatTheEngineWrote() {
    assertThat(HostsFile.with(HostsFile.with(OF_ENGINE, NAMES), Map.of())).isEqualTo(OF_ENGINE);
  }

  @Test
  void with_blockWithoutItsEnd_isMendedOnce() {
    String torn = "# private network: begin\n100.64.3.7\tweb-1 we";

    assertThat(HostsFile.with(torn, Map.of("a", "100.64.1.1")))
        .isEqualTo("# private network: begin\n100.64.1.1\ta\n# private network: end\n");
  }

  @Test
  void with_anyNamesAfterOthers_isAsIfTheOthersHadNeverBeen() {
    long seed = 11;
    Random random = new Random(seed);
    String text = OF_ENGINE;
    for (int step = 0; step < 200; step++) {
      Map<String, String> names = new TreeMap<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        names.put("n" + random.nextInt(9), "100.64.1." + random.nextInt(9));
      }
      text = HostsFile.with(text, names);
      assertThat(text)
          .as("seed %d step %d", seed, step)
          .isEqualTo(HostsFile.with(OF_ENGINE, names));
    }
  }

  @Test
  void mount_ofAFileInAFolderThatIsMountedElsewhere_isFoundThere() {
    HostsFile.Mount inside =
        HostsFile.Mount.parse(
            "900 800 254:0 /data\\040of/docker/containers/c1/hosts /etc/hosts rw - ext4 /dev/vda rw");
    HostsFile.Mount root = HostsFile.Mount.parse("27 1 254:0 / / rw - ext4 /dev/vda rw");
    HostsFile.Mount bound =
        HostsFile.Mount.parse(
            "28 1 254:0 /data\\040of/docker /var/lib/docker rw - ext4 /dev/vda rw");
    HostsFile.Mount other = HostsFile.Mount.parse("29 1 0:44 / / rw - ext4 /dev/vdb rw");
    HostsFile.Mount beside =
        HostsFile.Mount.parse("30 1 254:0 /data\\040of/dock /mnt rw - ext4 a rw");

    assertThat(root.find(inside)).contains(Path.of("/data of/docker/containers/c1/hosts"));
    assertThat(bound.find(inside)).contains(Path.of("/var/lib/docker/containers/c1/hosts"));
    assertThat(other.find(inside)).isEmpty();
    assertThat(beside.find(inside)).isEmpty();
  }
}
