package cloud.zansoc.host.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.compute.image.ImagePacker;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.PackedImage;
import cloud.zansoc.compute.image.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostImagesTest {
  private static final ByteSize NONE = new ByteSize(0);

  @TempDir Path folder;
  private final AtomicLong seconds = new AtomicLong(1_800_000_000);
  private final MemoryEngine engine = new MemoryEngine(this::now);
  private final MemoryImageStorage storage = new MemoryImageStorage();

  private Instant now() {
    return Instant.ofEpochSecond(seconds.incrementAndGet());
  }

  private HostImages open(long most) {
    return new HostImages(
        folder.resolve("images"),
        engine,
        storage,
        new HostImages.Bounds(new ByteSize(most), NONE),
        this::now);
  }

  private HostImages open() {
    return open(10 << 20);
  }

  private PackedImage pack(byte[]... layers) throws IOException {
    Path archive = TestImages.saved(folder, "test/web:1", layers);
    return new ImagePacker(folder.resolve("packed"), line -> {}).pack(archive, Optional.empty());
  }

  private ImageReference store(String name, byte[]... layers) throws IOException {
    return storage.put(name, pack(layers));
  }

  private static String fetch(HostImages images, ImageReference image) {
    return images.fetch(image.secretText(), line -> {});
  }

  private static byte[] layer(String content) throws IOException {
    return TestImages.layer("srv/index.html", content);
  }

  @Test
  void fetch_imageInStorage_isInTheEngineUnderANameThatItsKeyGives() throws IOException {
    ImageReference image = store("web", layer("one"), layer("two"));
    List<String> said = new ArrayList<>();
    String name = open().fetch(image.secretText(), said::add);
    assertThat(engine.hasImage(name)).isTrue();
    assertThat(name).doesNotContain("web");
    assertThat(said).first().isEqualTo("its image is fetched");
    assertThat(storage.fetches()).isEqualTo(3);

    ImageReference withAnotherKey =
        image.withAccess(new ImageAccess(image.access().orElseThrow().share(), key(7)));
    refuses(ErrorCode.NOT_FOUND, "is not in storage any more", () -> fetch(open(), withAnotherKey));
  }

  private static String key(int of) {
    return Digest.sha256(new byte[of]).toString();
  }

  @Test
  void fetch_again_asksNobody() throws IOException {
    ImageReference image = store("web", layer("one"));
    String name = fetch(open(), image);
    storage.remove(image.access().orElseThrow());
    assertThat(fetch(open(), image)).isEqualTo(name);
    assertThat(storage.fetches()).isEqualTo(2);
  }

  @Test
  void fetch_imageThatWasRemoved_saysSo() throws IOException {
    ImageReference image = store("web", layer("one"));
    storage.remove(image.access().orElseThrow());

    refuses(ErrorCode.NOT_FOUND, "is not in storage any more", () -> fetch(open(), image));
  }

  @Test
  void fetch_layerOfAnotherImageOfTheSameKey_isThere() throws IOException {
    PackedImage small = pack(layer("one"));
    PackedImage large = pack(layer("one"), layer("two"));
    Map<Digest, ImageAccess> access = new HashMap<>();
    for (PackedImage image : List.of(small, large)) {
      for (PackedImage.Part blob : image.blobs()) {
        byte[] bytes = Files.readAllBytes(blob.file());
        access.computeIfAbsent(blob.digest(), digest -> storage.put(bytes));
      }
    }
    HostImages images = open();
    String first = fetch(images, storage.put("small", small, access));
    String second = fetch(images, storage.put("large", large, access));
    assertThat(first).isNotEqualTo(second);
    assertThat(storage.fetches()).isEqualTo(4);
  }

  @Test
  void fetch_byManyAtOnce_fetchesOnce() throws Exception {
    ImageReference image = store("web", layer("one"), layer("two"));
    HostImages images = open();
    int many = 8;
    CountDownLatch asked = new CountDownLatch(many);
    storage.before(() -> awaitAll(asked));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> names = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        names.add(
            threads.submit(() -> {
              asked.countDown();
              return fetch(images, image);
            }));
      }
      String name = names.getFirst().get();
      for (Future<String> each : names) {
        assertThat(each.get()).isEqualTo(name);
      }
    }
    assertThat(storage.fetches()).isEqualTo(3);
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void fetch_ofOneWhoIsInterrupted_isDoneByTheNext() throws Exception {
    ImageReference image = store("web", layer("one"));
    HostImages images = open();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    storage.before(() -> {
      begun.countDown();
      awaitAll(never);
      if (Thread.currentThread().isInterrupted()) {
        throw new ZansocException(ErrorCode.TIMED_OUT, "interrupted");
      }
    });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Thread first =
          Thread.ofVirtual()
              .unstarted(() -> {
                try {
                  fetch(images, image);
                } catch (ZansocException e) {
                  assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT);
                }
              });
      first.start();
      begun.await();
      Future<String> second = threads.submit(() -> fetch(images, image));
      storage.before(() -> {});
      first.interrupt();
      assertThat(engine.hasImage(second.get())).isTrue();
      first.join();
    }
  }

  @Test
  void fetch_layerOfALiar_isRefusedAndNothingOfItKept() throws IOException {
    PackedImage image = pack(layer("one"));
    PackedImage other = pack(layer("two"));
    Map<Digest, ImageAccess> access = new HashMap<>();
    for (PackedImage.Part blob : image.blobs()) {
      access.put(blob.digest(), storage.put(Files.readAllBytes(blob.file())));
    }
    Digest layer = image.blobs().getLast().digest();
    byte[] wrong = Files.readAllBytes(other.blobs().getLast().file());
    ImageAccess right = access.put(layer, storage.put(wrong));
    ImageReference lie = storage.put("web", image, access);
    HostImages images = open();
    refuses(ErrorCode.DAMAGED, "is refused", () -> fetch(images, lie));
    refuses(ErrorCode.DAMAGED, "another digest", () -> fetch(images, lie));
    assertThat(files("loaded")).isEmpty();

    access.put(layer, right);
    assertThat(engine.hasImage(fetch(images, storage.put("web", image, access)))).isTrue();

    ImageReference forged =
        storage
            .put("web", other, access)
            .withDigest(image.digest())
            .withAccess(storage.put("web", other, access).access().orElseThrow());
    refuses(ErrorCode.DAMAGED, "stored under its name", () -> fetch(images, forged));
  }

  @Test
  void fetch_layerThatUnpacksToMuch_isRefused() throws IOException {
    ImageReference bomb = store("bomb", layer("0".repeat(4 << 20)));
    refuses(ErrorCode.NO_SPACE, "unpacked", () -> fetch(open(1 << 20), bomb));
    assertThat(files("loaded")).isEmpty();
  }

  @Test
  void fetch_moreThanImagesMayTake_isRefusedBeforeAnythingIsFetched() throws IOException {
    ImageReference image = store("web", layer("one"), layer("two"));
    refuses(ErrorCode.NO_SPACE, "no room", () -> fetch(open(100), image));
    assertThat(storage.fetches()).isZero();

    HostImages full =
        new HostImages(
            folder.resolve("images"),
            engine,
            storage,
            new HostImages.Bounds(ByteSize.ofGibibytes(1), new ByteSize(Long.MAX_VALUE / 2)),
            this::now);
    refuses(ErrorCode.NO_SPACE, "free on the disk", () -> fetch(full, image));
    assertThat(storage.fetches()).isZero();
  }

  @Test
  void keep_moreThanImagesMayTake_removesTheLongestUnusedThatNobodyNeeds() throws IOException {
    ImageReference first = store("first", layer("1".repeat(10_000)));
    ImageReference second = store("second", layer("2".repeat(10_000)));
    ImageReference third = store("third", layer("3".repeat(10_000)));
    HostImages images = open(30_000);
    String one = fetch(images, first);
    String two = fetch(images, second);
    // All were fetched a moment ago, perhaps for instances that are about to be made.
    images.keep(Set.of());
    assertThat(engine.hasImage(one)).isTrue();
    assertThat(engine.hasImage(two)).isTrue();

    images.keep(Set.of(first.secretText(), "debian:12"));
    images.keep(Set.of(first.secretText(), "debian:12"));
    assertThat(engine.hasImage(two)).isTrue();
    String three = fetch(images, third);
    assertThat(engine.hasImage(one)).isTrue();
    assertThat(engine.hasImage(two)).isFalse();
    assertThat(engine.hasImage(three)).isTrue();

    HostImages small = open(15_000);
    small.keep(Set.of(third.secretText()));
    assertThat(engine.hasImage(one)).isFalse();
    assertThat(engine.hasImage(three)).isTrue();
    assertThat(files("blobs")).isEmpty();

    HostImages.removeAll(folder.resolve("images"), engine);
    assertThat(engine.hasImage(three)).isFalse();
  }

  @Test
  void fetch_afterAKillAtAnyPoint_isWhole() throws IOException {
    ImageReference image = store("web", layer("one"));
    kill("loadImage");
    refuses(ErrorCode.UNREACHABLE, "killed", () -> fetch(open(), image));
    Path blob = files("blobs").getFirst();
    Files.write(blob, new byte[] {1});
    refuses(ErrorCode.DAMAGED, "is refused", () -> fetch(open(), image));
    assertThat(blob).doesNotExist();
    kill("hasImage");
    refuses(ErrorCode.UNREACHABLE, "killed", () -> fetch(open(), image));
    engine.fail((at, id) -> {});
    assertThat(engine.hasImage(fetch(open(), image))).isTrue();
  }

  private void kill(String operation) {
    engine.fail((at, id) -> {
      if (at.equals(operation)) {
        throw new ZansocException(ErrorCode.UNREACHABLE, "killed");
      }
    });
  }

  @Test
  void fetch_namesOfImagesThatAreNotThePublicsToHave_areRefused() throws IOException {
    String stored = fetch(open(), store("web", layer("one")));
    String id = "sha256:" + "0".repeat(64);
    for (String name : List.of(stored, "localhost/" + stored, id, "sha256:0")) {
      refuses(ErrorCode.INVALID_ARGUMENT, "no name", () -> open().fetch(name, line -> {}));
    }
    engine.publish("debian:latest");
    assertThat(open().fetch("debian", line -> {})).isEqualTo("debian:latest");
    refuses(
        ErrorCode.INVALID_ARGUMENT,
        "without its key",
        () -> open().fetch("zs://images/web@" + id, line -> {}));
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("images").resolve(name))) {
      return files.sorted().toList();
    }
  }

  private static void refuses(ErrorCode code, String words, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
