package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PossessionTreeTest {
  private static final int CHUNK = PossessionTree.CHUNK_BYTES;

  private final Random random = new Random(11);
  @TempDir Path folder;

  @Test
  void root_ofDataOfAnyLength_isThatOfTheNaiveTree() throws IOException {
    int[] lengths = {1, 31, 32, 33, 64, 65, 96, 97, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK};
    for (int length : lengths) {
      byte[] data = data(length);
      PossessionTree tree = tree(data);

      assertThat(tree.root()).as("root of %d bytes", length).isEqualTo(naiveRoot(data));
      assertThat(tree.leaves()).as("leaves of %d bytes", length).isEqualTo((length + 31) / 32);
    }
  }

  @Test
  void prove_ofAnyLeaves_climbsToTheRoot() throws IOException {
    for (int length : new int[] {1, 33, 5000, CHUNK, CHUNK + 1, 2 * CHUNK + 77}) {
      byte[] data = data(length);
      PossessionTree tree = tree(data);
      Path file = Files.write(folder.resolve("data"), data);
      List<Long> indices = new ArrayList<>(List.of(0L, tree.leaves() - 1));
      random.longs(6, 0, tree.leaves()).forEach(indices::add);
      int depth = PossessionTree.depth(tree.leaves());

      PossessionProof proof;
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        proof = tree.prove(channel, indices);
      }

      assertThat(proof.path()).hasSize(indices.size() * depth);
      for (int i = 0; i < indices.size(); i++) {
        int at = (int) (indices.get(i) * 32);
        byte[] leaf = Arrays.copyOf(Arrays.copyOfRange(data, at, Math.min(at + 32, length)), 32);
        assertThat(proof.leaves().get(i)).isEqualTo(Digest.of(leaf));
        assertThat(
                PossessionTree.climb(
                    proof.leaves().get(i),
                    indices.get(i),
                    proof.path().subList(i * depth, (i + 1) * depth)))
            .isEqualTo(tree.root());
      }
    }
  }

  @Test
  void prove_ofDataThatHasChangedOrIsShorter_saysWhere() throws IOException {
    byte[] data = data(CHUNK + 100);
    PossessionTree tree = tree(data);
    byte[] changed = data.clone();
    changed[CHUNK + 50] ^= 1;
    for (byte[] other : List.of(changed, Arrays.copyOf(data, CHUNK + 10))) {
      Path file = Files.write(folder.resolve("data"), other);
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        tree.prove(channel, List.of(0L));
        ZansocException damaged =
            catchThrowableOfType(
                ZansocException.class, () -> tree.prove(channel, List.of(tree.leaves() - 1)));

        assertThat(damaged.code()).isEqualTo(ErrorCode.DAMAGED);
        assertThat(damaged).hasMessageContaining("bytes from " + CHUNK);
      }
    }
  }

  @Test
  void prove_ofALeafThatIsNotThere_isTheCallersMistake() throws IOException {
    PossessionTree tree = tree(data(33));
    Path file = Files.write(folder.resolve("data"), data(33));
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      assertThatThrownBy(() -> tree.prove(channel, List.of(2L)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void read_ofNothing_isRefused() {
    ZansocException refused = catchThrowableOfType(ZansocException.class, () -> tree(new byte[0]));

    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private static PossessionTree tree(byte[] data) throws IOException {
    return PossessionTree.read(Channels.newChannel(new ByteArrayInputStream(data)));
  }

  /** Level by level, over all leaves. */
  private static Digest naiveRoot(byte[] data) {
    int leaves = Math.max(1, Integer.highestOneBit(2 * ((data.length + 31) / 32) - 1));
    byte[] level = Arrays.copyOf(data, leaves * 32);
    while (level.length > 32) {
      byte[] above = new byte[level.length / 2];
      for (int i = 0; i < level.length; i += 64) {
        Digest.sha256(Arrays.copyOfRange(level, i, i + 64)).write(above, i / 2);
      }
      level = above;
    }
    return Digest.of(level);
  }
}
