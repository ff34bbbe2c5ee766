package cloud.zansoc.host.images;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.compute.image.ImageRecord;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.PackedImage;
import cloud.zansoc.storage.client.TransferProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Objects in memory that are opened by their shares; counts what is fetched. */
final class MemoryImageStorage implements ImageStorage {
  private final Map<ImageAccess, byte[]> objects = new ConcurrentHashMap<>();
  private final Random random = new Random(1);
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile Runnable before = () -> {};

  int fetches() {
    return fetches.get();
  }

  /** Comes before each fetch. */
  void before(Runnable action) {
    before = action;
  }

  synchronized ImageAccess put(byte[] content) {
    byte[] share = new byte[16];
    byte[] key = new byte[Digest.BYTES];
    random.nextBytes(share);
    random.nextBytes(key);
    ImageAccess access = new ImageAccess(Base32.encode(share), Base32.encode(key));
    objects.put(access, content);
    return access;
  }

  void remove(ImageAccess access) {
    objects.remove(access);
  }

  /** Stores an image as a push does. */
  ImageReference put(String name, PackedImage image) throws IOException {
    Map<Digest, ImageAccess> access = new HashMap<>();
    for (PackedImage.Part blob : image.blobs()) {
      access.put(blob.digest(), put(Files.readAllBytes(blob.file())));
    }
    return put(name, image, access);
  }

  ImageReference put(String name, PackedImage image, Map<Digest, ImageAccess> access) {
    return new ImageReference(
        "images",
        name,
        Optional.of(image.digest()),
        Optional.of(put(new ImageRecord(image.manifest(), access).encode())));
  }

  private byte[] find(ImageAccess access) {
    return Optional.ofNullable(objects.get(access))
        .orElseThrow(() -> new ZansocException(ErrorCode.NOT_FOUND, "there is no such share"));
  }

  @Override
  public byte[] read(ImageAccess access, long mostBytes) {
    return find(access);
  }

  @Override
  public void fetch(ImageAccess access, long bytes, Path file, TransferProgress progress) {
    byte[] content = find(access);
    fetches.incrementAndGet();
    before.run();
    Path part = file.resolveSibling("." + file.getFileName() + ".test");
    try {
      Files.write(part, content);
      progress.moved(content.length);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}
}
