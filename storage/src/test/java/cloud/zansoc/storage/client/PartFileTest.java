package cloud.zansoc.storage.client;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PartFileTest {
  private static final int CONTENDERS = 8;
  private static final int ROUNDS = 300;

  @TempDir Path folder;
  private Path target;
  private Path planted;

  @BeforeEach
  void names() {
    target = folder.resolve("film");
    String hash = Digest.sha256("film".getBytes(StandardCharsets.UTF_8)).shortText();
    planted = folder.resolve("." + hash + "-0.zansoc-part");
  }

  @Test
  void claim_leftByAnEarlierDownload_goesOnWithItUnderANewName() throws IOException {
    plant("rw-------", "half");

    try (PartFile part = PartFile.claim(folder, target)) {
      assertThat(part.path()).isNotEqualTo(planted).hasContent("half");
      assertThat(planted).doesNotExist();
      assertThat(part.claimableBytes()).isEqualTo(4);
    }
  }

  @Test
  void claim_inUse_isEmptyAndAnother() throws IOException {
    try (PartFile first = PartFile.create(folder, target);
        PartFile second = PartFile.claim(folder, target)) {
      assertThat(second.path()).isNotEqualTo(first.path()).isEmptyFile();
      assertThat(Files.getPosixFilePermissions(second.path()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void claim_manyThreadsAtOnce_nobodyHasAnothersFile() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS)) {
      List<Future<Void>> contenders = new ArrayList<>();
      for (int id = 0; id < CONTENDERS; id++) {
        contenders.add(threads.submit(contender(id)));
      }
      for (Future<Void> contender : contenders) {
        contender.get();
      }
    }
  }

  private Callable<Void> contender(int id) {
    return () -> {
      ContendingParts.run(folder, id, ROUNDS);
      return null;
    };
  }

  @Test
  void claim_manyProcessesAtOnce_nobodyHasAnothersFile() throws Exception {
    List<ChildClient> children = new ArrayList<>();
    try {
      for (int id = 0; id < CONTENDERS / 2; id++) {
        children.add(
            ChildClient.start(
                folder.resolve("log-" + id),
                ContendingParts.class,
                folder.toString(),
                Integer.toString(id),
                Integer.toString(ROUNDS)));
      }
      for (ChildClient child : children) {
        child.requireSuccess();
      }
    } finally {
      children.forEach(ChildClient::close);
    }
  }

  @Test
  void claim_plantedLink_isNeitherFollowedNorChanged() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine"), "precious");
    Files.createSymbolicLink(planted, mine);

    assertClaimsNothing();

    assertThat(planted).isSymbolicLink();
    assertThat(mine).hasContent("precious");
  }

  @Test
  void claim_plantedHardLink_isNotUsed() throws IOException {
    Path mine = plant("rw-------", "precious");
    Files.createLink(folder.resolve("mine"), mine);

    assertClaimsNothing();

    assertThat(planted).hasContent("precious");
  }

  @Test
  void claim_thatOthersMayWrite_isNotUsed() throws IOException {
    plant("rw-rw-rw-", "poison");

    assertClaimsNothing();

    assertThat(planted).hasContent("poison");
  }

  @Test
  void claim_plantedFolder_isNotUsed() throws IOException {
    Files.createDirectory(planted);

    assertClaimsNothing();
  }

  @Test
  void claim_readOnlyLeftByACrash_doesNotBlock() throws IOException {
    plant("r--r--r--", "whole");

    assertClaimsNothing();
  }

  private void assertClaimsNothing() throws IOException {
    try (PartFile part = PartFile.claim(folder, target)) {
      assertThat(part.path()).isNotEqualTo(planted).isEmptyFile();
    }
    assertThat(Files.exists(planted, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void removeLeft_unlockedOfTheTargets_areRemoved() throws IOException {
    plant("rw-------", "half");
    Path other = Files.writeString(folder.resolve(".other-0.zansoc-part"), "of another file");
    try (PartFile used = PartFile.create(folder, target)) {
      PartFile.removeLeft(folder, List.of(target));

      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).containsExactlyInAnyOrder(other, used.path());
      }
    }
  }

  private Path plant(String permissions, String content) throws IOException {
    Files.writeString(planted, content);
    return Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString(permissions));
  }
}
