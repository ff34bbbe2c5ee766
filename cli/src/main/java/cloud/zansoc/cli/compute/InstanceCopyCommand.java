package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.compute.InstancePath.Local;
import cloud.zansoc.cli.compute.InstancePath.Remote;
import cloud.zansoc.cli.compute.InstancePath.Standard;
import cloud.zansoc.cli.storage.ProgressBar;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.client.FilePacking;
import cloud.zansoc.compute.client.FileUnpacking;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "cp",
    description = {
      "Copy files and folders into an instance or out of it, with their modes and times.",
      "The image needs no program for it, and the instance need not run.",
      "'-' is standard input or output, as a tar archive: INSTANCE:/data - | tar t."
    })
final class InstanceCopyCommand extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "A path of this machine, INSTANCE:/PATH, or '-'.")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description = "The same; a folder that is there gets the source into it.")
  private String target;

  @Override
  protected void run(Session session, Output output) throws Exception {
    ComputeHub hub = new ComputeHub(session.api());
    InstancePath from = InstancePath.parse(source);
    InstancePath to = InstancePath.parse(target);
    try {
      if (from instanceof Remote remote && to instanceof Local local) {
        copyOut(hub, remote, local, output);
      } else if (from instanceof Local local && to instanceof Remote remote) {
        copyIn(hub, local, remote, output);
      } else if (from instanceof Remote remote && to instanceof Standard) {
        try (InputStream tar = filesOut(hub, remote)) {
          tar.transferTo(output.terminal().out());
        }
      } else if (from instanceof Standard && to instanceof Remote remote) {
        requireFiles(remote);
        requireFolder(hub, remote.instance(), remote.path());
        hub.filesIn(remote.instance(), remote.path() + "/", new FileInputStream(FileDescriptor.in));
      } else {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "one of both is INSTANCE:/PATH, as in: zansoc instance cp web-1:/data/log .");
      }
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s cannot be read or written: %s".formatted(e.getFile(), reason),
          e);
    }
  }

  private static InputStream filesOut(ComputeHub hub, Remote from) throws IOException {
    // The whole file system has no name but its slash.
    String path = from.path().isEmpty() ? "/" : from.path();
    hub.instance(from.instance());
    try {
      return hub.filesOut(from.instance(), path);
    } catch (ZansocException e) {
      throw e.code() == ErrorCode.NOT_FOUND
          ? new ZansocException(
              ErrorCode.NOT_FOUND,
              "%s has no file %s: look by zansoc exec %s -- ls"
                  .formatted(from.instance(), path, from.instance()),
              e)
          : e;
    }
  }

  private static void copyOut(ComputeHub hub, Remote from, Local to, Output output)
      throws IOException {
    Path target = target(from, to);
    try (ProgressBar bar = new ProgressBar(output, OptionalLong.empty());
        InputStream tar = filesOut(hub, from)) {
      new FileUnpacking(target, bar::moved, output::note)
          .unpack(tar, from.path().isEmpty() ? 0 : 1);
      done(output, from.toString(), target.toString(), bar.bytes());
    }
  }

  private static Path target(Remote from, Local to) throws IOException {
    Path path = to.path();
    if (Files.isDirectory(path)) {
      return from.path().isEmpty() ? path.toRealPath() : path.toRealPath().resolve(from.name());
    }
    Path parent = path.toAbsolutePath().normalize().getParent();
    if (to.folder() || parent == null || !Files.isDirectory(parent)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "there is no folder %s: make it first"
              .formatted(to.folder() || parent == null ? path : parent));
    }
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Files.exists(path)
        ? path.toRealPath()
        : path.toAbsolutePath().normalize();
  }

  private static void copyIn(ComputeHub hub, Local from, Remote to, Output output)
      throws IOException, InterruptedException {
    if (!Files.exists(from.path())) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no file " + from.path());
    }
    requireFiles(to);
    boolean into = to.path().isEmpty() || hub.hasFolder(to.instance(), to.path());
    String folder = into ? to.path() : to.parent();
    if (!into) {
      requireFolder(hub, to.instance(), to.folder() ? to.path() : folder);
    }
    Path name = from.path().toRealPath().getFileName();
    if (into && name == null) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the whole of this machine is not copied: name a folder");
    }
    long bytes = new FilePacking(from.path(), count -> {}, note -> {}).bytes();
    try (ProgressBar bar = new ProgressBar(output, OptionalLong.of(bytes))) {
      FilePacking packing = new FilePacking(from.path(), bar::moved, output::note);
      try (PackedFiles tar =
          PackedFiles.of(packing, into ? given(from.path(), name).toString() : to.name())) {
        send(hub, to, folder + "/", tar);
      }
      done(output, from.path().toString(), to.toString(), bar.bytes());
    }
  }

  private static void send(ComputeHub hub, Remote to, String folder, PackedFiles tar)
      throws IOException {
    try {
      hub.filesIn(to.instance(), folder, tar.input());
    } catch (ZansocException e) {
      tar.requireWhole();
      throw e.code() == ErrorCode.UNREACHABLE
          ? new ZansocException(
              ErrorCode.UNREACHABLE,
              "the copy broke off: %s; the disk of %s may be full, or its host lost"
                  .formatted(e.getMessage(), to.instance()),
              e)
          : e;
    }
  }

  /** The name as it was given, which may be a link's; '.' and '..' have that of the folder. */
  private static Path given(Path path, Path real) {
    Path name = path.normalize().getFileName();
    return name == null || name.toString().isEmpty() || name.toString().equals("..") ? real : name;
  }

  /** What is written below the kernel's folders would lie under them, where nobody sees it. */
  private static void requireFiles(Remote to) {
    if (to.path().matches("/(proc|sys|dev)(/.*)?")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s is not of files but of the kernel's: copy to another folder, and write it there by zansoc exec"
              .formatted(to.path()));
    }
  }

  private static void requireFolder(ComputeHub hub, String instance, String path)
      throws IOException {
    if (!path.isEmpty() && !hub.hasFolder(instance, path)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "%s has no folder %s: make it first, as by zansoc exec %s -- mkdir -p %s"
              .formatted(instance, path, instance, path));
    }
  }

  private static void done(Output output, String from, String to, long bytes) {
    output.result(
        Map.of("source", from, "target", to, "bytes", bytes),
        "%s is copied to %s: %s.".formatted(from, to, new ByteSize(bytes)));
  }
}
