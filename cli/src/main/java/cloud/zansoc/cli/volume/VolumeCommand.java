package cloud.zansoc.cli.volume;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.NewVolume;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.net.http.ApiCall;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Volumes. */
@Command(
    name = "volume",
    description = "Make, list, snapshot, restore and remove volumes.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      VolumeCommand.Create.class,
      VolumeCommand.Ls.class,
      VolumeCommand.Show.class,
      VolumeCommand.Snapshot.class,
      VolumeCommand.Restore.class,
      VolumeCommand.Rm.class
    })
public final class VolumeCommand {
  private static final String VOLUME = "/v1/volumes/{volume}";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  @Command(name = "create", description = "Make an empty volume.")
  static final class Create extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "Its name: a DNS label.")
    private String name;

    @Option(
        names = "--size",
        paramLabel = "SIZE",
        required = true,
        description = "What it can hold, such as 10GiB.")
    private ByteSize size;

    @Override
    protected void run(Session session, Output output) {
      VolumeView made =
          session
              .api()
              .call(ApiCall.post("/v1/volumes").body(new NewVolume(name, size)), VolumeView.class);
      output.result(made, "Volume %s of %s is made.".formatted(made.name(), made.size()));
    }
  }

  @Command(name = "ls", description = "List your volumes.")
  static final class Ls extends ClientCommand {
    @Override
    protected void run(Session session, Output output) {
      List<VolumeView> volumes =
          session.api().callList(ApiCall.get("/v1/volumes"), VolumeView.class);
      if (output.isJson()) {
        output.json(volumes);
        return;
      }
      output.table(
          List.of("VOLUME", ">SIZE", "USED BY", "HOST", ">SNAPSHOTS", ">STORED", "SAFE UNTIL"),
          volumes.stream()
              .map(volume ->
                  List.of(
                      volume.name(),
                      volume.size().toString(),
                      volume.use().map(VolumeView.Use::instance).orElse("-"),
                      volume.use().map(VolumeView.Use::host).orElse("-"),
                      Integer.toString(volume.snapshots().size()),
                      volume.stored().toString(),
                      safe(volume)))
              .toList());
    }
  }

  @Command(name = "show", description = "Show a volume and its snapshots.")
  static final class Show extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Override
    protected void run(Session session, Output output) {
      print(session.api().call(ApiCall.get(VOLUME, name), VolumeView.class), output);
    }
  }

  @Command(name = "snapshot", description = "Take a snapshot now of a volume that is in use.")
  static final class Snapshot extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The volume's name.")
    private String name;

    @Option(
        names = "--keep",
        description = "Keep it until it is removed by hand, whatever comes after it.")
    private boolean keep;

    @Override
    protected void run(Session session, Output output) {
      VolumeView volume =
          session
              .api()
              .call(ApiCall.post(VOLUME + "/snapshot", name).query("keep", keep), VolumeView.class);
      output.result(
          volume,
          volume.snapshots().stream()
              .findFirst()
              .map(newest ->
                  "Snapshot %d of %s is in storage: %s were sent."
                      .formatted(newest.number(), name, newest.uploaded()))
              .orElse("Volume " + name + " has no snapshot."));
    }
  }

  @Command(
      name = "restore",
      description = "Roll a volume that is not in use back to one of its snapshots.")
  static final class Restore extends ClientCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The volume's name.")
    private String name;

    @Parameters(
        index = "1",
        paramLabel = "SNAPSHOT",
        description = "The snapshot's number, as zansoc volume show lists it.")
    private long snapshot;

    @Override
    protected void run(Session session, Output output) {
      VolumeView volume =
          session
              .api()
              .call(
                  ApiCall.post(VOLUME + "/restore", name).query("snapshot", snapshot),
                  VolumeView.class);
      output.result(
          volume,
          "The next instance that uses %s finds it as in snapshot %d; later snapshots stay."
              .formatted(name, snapshot));
    }
  }

  @Command(
      name = "rm",
      description = "Remove a volume that is not in use, with all its snapshots; or one snapshot.")
  static final class Rm extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The volume's name.")
    private String name;

    @Option(names = "--snapshot", paramLabel = "NUMBER", description = "Remove only this snapshot.")
    private Optional<Long> snapshot = Optional.empty();

    @Override
    protected void run(Session session, Output output) {
      if (snapshot.isEmpty()) {
        session.api().run(ApiCall.delete(VOLUME, name));
        output.result(Map.of("removed", name), "Volume " + name + " is removed.");
        return;
      }
      VolumeView left =
          session
              .api()
              .call(
                  ApiCall.delete(VOLUME + "/snapshots/{snapshot}", name, snapshot.get()),
                  VolumeView.class);
      output.result(left, "Snapshot %d of %s is removed.".formatted(snapshot.get(), name));
    }
  }

  private static void print(VolumeView volume, Output output) {
    if (output.isJson()) {
      output.json(volume);
      return;
    }
    output.line("%s  %s, %s stored".formatted(volume.name(), volume.size(), volume.stored()));
    output.line(
        volume
            .use()
            .map(use ->
                "used by %s on %s; at most %d s are lost when the host dies; safe until %s"
                    .formatted(
                        use.instance(), use.host(), use.snapshotEvery().toSeconds(), safe(volume)))
            .orElseGet(() ->
                volume.start() == 0
                    ? "not in use, empty"
                    : "not in use, as in snapshot " + volume.start()));
    output.table(
        List.of(">SNAPSHOT", "TAKEN", ">CONTENT", ">SENT", "KEPT"),
        volume.snapshots().stream().map(VolumeCommand::row).toList());
  }

  private static List<String> row(VolumeSnapshot snapshot) {
    return List.of(
        Long.toString(snapshot.number()),
        TIME.format(snapshot.taken()),
        snapshot.content().toString(),
        snapshot.uploaded().toString(),
        snapshot.kept() ? "until removed" : "");
  }

  private static String safe(VolumeView volume) {
    if (volume.use().isEmpty()) {
      return "all";
    }
    Optional<Instant> until = volume.use().flatMap(VolumeView.Use::safeUntil);
    return until
        .map(time ->
            "%s (%d s ago)"
                .formatted(
                    TIME.format(time),
                    Math.max(0, Duration.between(time, Instant.now()).toSeconds())))
        .orElse("no snapshot yet");
  }
}
