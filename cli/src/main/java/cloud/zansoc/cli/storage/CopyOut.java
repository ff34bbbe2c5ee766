package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ByteRange;
import cloud.zansoc.storage.client.FileToWrite;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.ObjectReader;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.StoredObject;
import cloud.zansoc.storage.client.TransferProgress;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Copies objects and shares to files, directories or standard output. */
final class CopyOut {
  private final Session session;
  private final Output output;
  private final String target;
  private final Optional<String> version;

  /**
   * @param target a path, or '-'
   */
  CopyOut(Session session, Output output, String target, Optional<String> version) {
    this.session = session;
    this.output = output;
    this.target = target;
    this.version = version;
  }

  /** What is printed as JSON. */
  record Written(VersionView version, String file) {}

  void run(List<String> sources, boolean recursive) {
    for (String source : sources) {
      if (SharedObject.isLink(source)) {
        copyShare(source, sources.size() > 1);
      } else if (!ObjectAddress.isAddress(source)) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "neither '%s' nor '%s' is in the cloud: write one of them as zs://BUCKET/KEY"
                .formatted(source, target));
      } else if (recursive) {
        copyAll(ObjectAddress.parse(source));
      } else {
        ObjectReader object = session.storage().open(ObjectAddress.parse(source), version);
        copy(session.storage(), object, sources.size() > 1);
      }
    }
  }

  private void copyShare(String link, boolean many) {
    try (SharedObject shared = new SharedObject(session, link)) {
      copy(shared.client(), shared.open(), many);
    }
  }

  private void copy(StorageClient client, ObjectReader object, boolean many) {
    if (target.equals(CpCommand.STANDARD)) {
      object.copyTo(
          ByteRange.ALL, Channels.newChannel(output.terminal().out()), TransferProgress.NONE);
      output.terminal().out().flush();
      return;
    }
    StoredObject stored = object.object();
    Path path = Path.of(target);
    boolean folder = many || target.endsWith("/") || Files.isDirectory(path);
    Path file = folder ? Names.below(path, Names.last(stored.address().key())) : path;
    try (ProgressBar bar = new ProgressBar(output, OptionalLong.of(stored.size()))) {
      client.getFile(object, file, bar);
    }
    output.result(
        new Written(stored.version(), file.toString()),
        "%s (%s) is written".formatted(file, new ByteSize(stored.size())));
  }

  private void copyAll(ObjectAddress source) {
    if (target.equals(CpCommand.STANDARD)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "-r needs a directory to write to, not standard output");
    }
    String folder = source.key().substring(0, source.key().lastIndexOf('/') + 1);
    List<FileToWrite> files = new ArrayList<>();
    List<VersionView> objects = session.storageHub().listAll(source.bucket(), source.key());
    if (objects.isEmpty()) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no object below " + source);
    }
    try (Batch batch = new Batch(output, objects.stream().mapToLong(VersionView::size).sum())) {
      for (VersionView object : objects) {
        ObjectAddress address = source.withKey(object.key());
        String name = object.key().substring(folder.length());
        try {
          files.add(new FileToWrite(address, Names.below(Path.of(target), name)));
        } catch (ZansocException e) {
          batch.failed(Path.of(target), address, e);
        }
      }
      session.storage().getAll(source.bucket(), files, batch);
      batch.report("written");
    }
  }
}
