package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ByteRange;
import cloud.zansoc.storage.client.FileToStore;
import cloud.zansoc.storage.client.NewObject;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.ObjectReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Copies files, directories, standard input, objects and shares into a bucket. */
final class CopyIn {
  private final Session session;
  private final Output output;
  private final ObjectAddress target;
  private final Optional<String> version;

  /**
   * @param version of a source that is an object
   */
  CopyIn(Session session, Output output, ObjectAddress target, Optional<String> version) {
    this.session = session;
    this.output = output;
    this.target = target;
    this.version = version;
  }

  void run(List<String> sources, boolean recursive) throws IOException {
    boolean files =
        sources.stream()
            .noneMatch(source ->
                source.equals(CpCommand.STANDARD)
                    || ObjectAddress.isAddress(source)
                    || SharedObject.isLink(source));
    if (files) {
      copyFiles(sources.stream().map(Path::of).toList(), recursive);
    } else {
      for (String source : sources) {
        boolean many = sources.size() > 1;
        if (source.equals(CpCommand.STANDARD)) {
          copyStandardInput(many);
        } else if (SharedObject.isLink(source)) {
          copyShare(source, many);
        } else if (ObjectAddress.isAddress(source)) {
          copyObject(ObjectAddress.parse(source), many);
        } else {
          copyFile(Path.of(source), many);
        }
      }
    }
  }

  private void copyFiles(List<Path> sources, boolean recursive) {
    boolean one = sources.size() == 1 && !Files.isDirectory(sources.getFirst());
    if (one) {
      copyFile(sources.getFirst(), false);
      return;
    }
    List<FileToStore> files = new ArrayList<>();
    for (Path source : sources) {
      if (!Files.isDirectory(source)) {
        files.add(FileToStore.of(source, named(fileName(source), true)));
      } else if (recursive) {
        String folder = Names.folder(target.key());
        LocalTree.files(source)
            .forEach(
                (name, file) -> files.add(FileToStore.of(file, target.withKey(folder + name))));
      } else {
        throw new ZansocException(
            ErrorCode.IS_A_DIRECTORY,
            "'" + source + "' is a directory: add -r to store what is in it");
      }
    }
    long bytes = files.stream().mapToLong(FileToStore::size).sum();
    try (Batch batch = new Batch(output, bytes)) {
      session.storage().putAll(target.bucket(), Names.batch(sources, target), files, batch);
      batch.report("stored");
    }
  }

  private void copyFile(Path file, boolean many) {
    if (Files.isDirectory(file)) {
      throw new ZansocException(
          ErrorCode.IS_A_DIRECTORY, "'" + file + "' is a directory: add -r to store what is in it");
    }
    FileToStore toStore = FileToStore.of(file, named(fileName(file), many));
    VersionView stored;
    try (ProgressBar bar = new ProgressBar(output, OptionalLong.of(toStore.size()))) {
      stored = session.storage().put(toStore, bar);
    }
    report(stored);
  }

  private void copyStandardInput(boolean many) throws IOException {
    if (many || target.key().isEmpty() || target.key().endsWith("/")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "standard input has no name: give it alone, with a whole key such as "
              + target.withKey(Names.folder(target.key()) + "name"));
    }
    try (InputStream in = new FileInputStream(FileDescriptor.in)) {
      store(NewObject.binary(target, Instant.now()), in, OptionalLong.empty());
    }
  }

  private void copyShare(String link, boolean many) throws IOException {
    try (SharedObject shared = new SharedObject(session, link)) {
      ObjectReader object = shared.open();
      ObjectAddress address = named(Names.last(object.object().address().key()), many);
      Instant modified = object.object().manifest().attributes().modified();
      try (InputStream in = object.stream(ByteRange.ALL)) {
        store(NewObject.binary(address, modified), in, OptionalLong.of(object.object().size()));
      }
    }
  }

  private void store(NewObject object, InputStream in, OptionalLong size) {
    VersionView stored;
    try (ProgressBar bar = new ProgressBar(output, size)) {
      stored = session.storage().put(object, in, bar);
    }
    report(stored);
  }

  private void copyObject(ObjectAddress source, boolean many) {
    report(session.storage().copy(source, version, named(Names.last(source.key()), many)));
  }

  /** The target, or where it is a folder or there are several sources, {@code name} in it. */
  private ObjectAddress named(String name, boolean many) {
    boolean folder = many || target.key().isEmpty() || target.key().endsWith("/");
    return folder ? target.withKey(Names.folder(target.key()) + name) : target;
  }

  private void report(VersionView stored) {
    output.result(
        stored,
        "%s (%s) is stored as version %s"
            .formatted(
                Names.printable(stored.bucket() + "/" + stored.key()),
                new ByteSize(stored.size()),
                stored.versionId()));
  }

  private static String fileName(Path file) {
    Path name = file.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }
}
