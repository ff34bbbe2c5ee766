package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.FileToStore;
import cloud.zansoc.storage.client.FileToWrite;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.StoredObject;
import cloud.zansoc.storage.client.SyncPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a directory and a part of a bucket equal, in one direction. */
@Command(
    name = "sync",
    description = "Copy what is new or changed from a directory to a bucket, or back.")
public final class SyncCommand extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "A directory, or zs://BUCKET/PREFIX.")
  private String source;

  @Parameters(index = "1", paramLabel = "TARGET", description = "The other of the two.")
  private String target;

  @Option(names = "--delete", description = "Remove from the target what the source does not have.")
  private boolean delete;

  @Option(
      names = "--checksum",
      description = "Compare contents, not size and time of modification.")
  private boolean checksum;

  @Override
  protected void run(Session session, Output output) throws IOException {
    boolean up = ObjectAddress.isAddress(target);
    if (up == ObjectAddress.isAddress(source)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "one of the two must be a directory, the other zs://BUCKET");
    }
    ObjectAddress remote = ObjectAddress.parse(up ? target : source);
    remote = remote.withKey(Names.folder(remote.key()));
    Path local = Path.of(up ? source : target);
    if (!up) {
      Files.createDirectories(local);
    } else if (!Files.isDirectory(local)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "'" + local + "' is not a directory: use 'zansoc cp'");
    }
    Sides sides = new Sides(session.storage(), remote, local);
    if (up) {
      sides.storeChanges(output);
    } else {
      sides.writeChanges(output);
    }
  }

  /** The two sides by the names that they share. */
  private final class Sides {
    private final StorageClient client;
    private final ObjectAddress remote;
    private final Path local;
    private final SortedMap<String, Long> objects = new TreeMap<>();
    private final SortedMap<String, Path> files;
    private final SortedMap<String, Long> sizes = new TreeMap<>();

    Sides(StorageClient client, ObjectAddress remote, Path local) throws IOException {
      this.client = client;
      this.remote = remote;
      this.local = local;
      this.files = LocalTree.files(local);
      for (var entry : files.entrySet()) {
        sizes.put(entry.getKey(), Files.size(entry.getValue()));
      }
      for (VersionView object : client.hub().listAll(remote.bucket(), remote.key())) {
        objects.put(object.key().substring(remote.key().length()), object.size());
      }
    }

    void storeChanges(Output output) {
      SyncPlan plan = SyncPlan.of(sizes, objects, delete, this::isSame);
      List<FileToStore> changed =
          plan.copy().stream()
              .map(name -> FileToStore.of(files.getOrDefault(name, local), address(name)))
              .toList();
      long bytes = changed.stream().mapToLong(FileToStore::size).sum();
      try (Batch batch = new Batch(output, bytes)) {
        store(changed, batch);
        plan.remove()
            .forEach(name ->
                client.hub().remove(remote.bucket(), address(name).key(), Optional.empty()));
        batch.report(summary("stored", plan));
      }
    }

    private void store(List<FileToStore> changed, Batch batch) {
      String name = Names.batch(List.of(local), remote);
      if (checksum) {
        client.putAllCompared(remote.bucket(), name, changed, batch);
      } else {
        client.putAll(remote.bucket(), name, changed, batch);
      }
    }

    void writeChanges(Output output) throws IOException {
      SyncPlan plan = SyncPlan.of(objects, sizes, delete, this::isSame);
      List<FileToWrite> changed =
          plan.copy().stream()
              .map(name -> new FileToWrite(address(name), Names.below(local, name)))
              .toList();
      long bytes = plan.copy().stream().mapToLong(name -> objects.getOrDefault(name, 0L)).sum();
      try (Batch batch = new Batch(output, bytes)) {
        client.getAll(remote.bucket(), changed, batch);
        for (String name : plan.remove()) {
          Files.deleteIfExists(Names.below(local, name));
        }
        batch.report(summary("written", plan));
      }
    }

    private boolean isSame(String name) {
      StoredObject object = client.open(address(name), Optional.empty()).object();
      Path file = Names.below(local, name);
      if (checksum) {
        return client.hasContent(file, object);
      }
      try {
        return Files.getLastModifiedTime(file)
            .toInstant()
            .truncatedTo(ChronoUnit.MILLIS)
            .equals(object.manifest().attributes().modified().truncatedTo(ChronoUnit.MILLIS));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private ObjectAddress address(String name) {
      return remote.withKey(remote.key() + name);
    }

    private String summary(String verb, SyncPlan plan) {
      return "%s, %d removed, %d unchanged".formatted(verb, plan.remove().size(), plan.unchanged());
    }
  }
}
