package cloud.zansoc.host.images;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.compute.image.OciDigest;
import cloud.zansoc.host.AtomicFile;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.storage.client.PartFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a host keeps of images on its disk: {@code blobs/NAME}, fetched and not yet needed by
 * others, and {@code loaded/TAG}, a note of each image that it gave to its engine. Names follow
 * from keys, so that who does not have the key of a blob does not profit from its being here. When
 * one was used last is the file's time. Thread-safe.
 */
final class ImageFolder {
  private static final String FRESH = ".new";
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path blobs;
  private final Path loaded;

  /** A folder, made if it is not there. */
  ImageFolder(Path folder) {
    this.blobs = folder.resolve("blobs");
    this.loaded = folder.resolve("loaded");
    try {
      Files.createDirectories(blobs);
      Files.createDirectories(loaded);
    } catch (IOException e) {
      throw failed("making", folder, e);
    }
  }

  /** Something that takes room. */
  sealed interface Entry {
    /** The name of its file. */
    String name();

    long bytes();

    Instant used();
  }

  /** A blob in a file. */
  record Blob(String name, long bytes, Instant used) implements Entry {}

  /** An image that the engine was given, or was about to be. */
  record Loaded(String name, long bytes, Instant used) implements Entry {}

  /**
   * What is noted of an image.
   *
   * @param image as people see it
   * @param bytes unpacked
   */
  record Note(String image, long bytes) {}

  /** Where a blob is, or is to be. */
  Path blob(Digest digest, ImageAccess access) {
    String text = OciDigest.text(digest) + " " + access.key();
    return blobs.resolve(OciDigest.hex(Digest.sha256(text.getBytes(StandardCharsets.US_ASCII))));
  }

  Path blobs() {
    return blobs;
  }

  boolean isLoaded(String tag) {
    return Files.exists(loaded.resolve(tag));
  }

  /** Notes an image durably, before the engine has it. */
  void note(String tag, Note note) {
    Path file = loaded.resolve(tag);
    try {
      AtomicFile.write(file, new String(Json.write(note), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed("writing", file, e);
    }
  }

  void usedImage(String tag, Instant now) {
    used(loaded.resolve(tag), now);
  }

  static void used(Path file, Instant now) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(now));
    } catch (IOException e) {
      throw failed("touching", file, e);
    }
  }

  /** All that there is. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files(blobs)) {
      if (!PartFile.isPart(file)) {
        size(file).ifPresent(bytes -> entries.add(new Blob(name(file), bytes, time(file))));
      }
    }
    for (Path file : files(loaded)) {
      if (!name(file).endsWith(FRESH)) {
        noted(file)
            .ifPresent(note -> entries.add(new Loaded(name(file), note.bytes(), time(file))));
      }
    }
    return entries;
  }

  /** One that cannot be read counts nothing, and is found and removed by its name all the same. */
  private static Optional<Note> noted(Path file) {
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), Note.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (ZansocException e) {
      return Optional.of(new Note("", 0));
    } catch (IOException e) {
      throw failed("reading", file, e);
    }
  }

  void removeBlob(String name) {
    delete(blobs.resolve(name));
  }

  void removeNote(String tag) {
    delete(loaded.resolve(tag));
  }

  /** Removes what downloads have left that nobody goes on with. */
  void removeAbandoned(Instant now) {
    for (Path file : files(blobs)) {
      if (PartFile.isPart(file) && time(file).isBefore(now.minus(ABANDONED))) {
        delete(file);
      }
    }
  }

  /** What is free on its disk, in bytes. */
  long free() {
    try {
      return Files.getFileStore(blobs).getUsableSpace();
    } catch (IOException e) {
      throw failed("looking at the disk of", blobs, e);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw failed("listing", folder, e);
    }
  }

  private static Optional<Long> size(Path file) {
    try {
      return Optional.of(Files.size(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("looking at", file, e);
    }
  }

  /** A file that is gone was used long ago. */
  private static Instant time(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("removing", file, e);
    }
  }

  private static UncheckedIOException failed(String action, Path file, IOException e) {
    return new UncheckedIOException(action + " " + file, e);
  }
}
