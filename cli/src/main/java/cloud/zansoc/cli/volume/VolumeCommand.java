package cloud.zansoc.cli.volume;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.NewVolume;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.net.http.ApiCall;
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
      Instant now = Instant.now();
      output.table(
          VolumeTexts.HEADERS, volumes.stream().map(its -> VolumeTexts.row(its, now)).toList());
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
      description = {
        "Make a new volume of a snapshot of another one, which may be in use:",
        "  zansoc volume restore data@7 data-before",
        "Or roll a volume that is not in use back: zansoc volume restore data 7"
      })
  static final class Restore extends ClientCommand {
    @Parameters(
        index = "0",
        paramLabel = "VOLUME[@SNAPSHOT]",
        description = "The volume, and the snapshot's number as zansoc volume show lists it.")
    private String from;

    @Parameters(
        index = "1",
        paramLabel = "NEW|SNAPSHOT",
        description = "The new volume's name; of a volume alone, the number that it goes back to.")
    private String to;

    @Override
    protected void run(Session session, Output output) {
      int at = from.indexOf('@');
      String name = at < 0 ? from : from.substring(0, at);
      long snapshot = number(at < 0 ? to : from.substring(at + 1));
      ApiCall call = ApiCall.post(VOLUME + "/restore", name).query("snapshot", snapshot);
      if (at < 0) {
        output.result(
            session.api().call(call, VolumeView.class),
            "The next instance that uses %s finds it as in snapshot %d; later snapshots stay."
                .formatted(name, snapshot));
        return;
      }
      output.result(
          session.api().call(call.query("into", to), VolumeView.class),
          "Volume %s is made, as %s was in snapshot %d: the first instance that uses it finds it so. That snapshot stays until it is removed."
              .formatted(to, name, snapshot));
    }

    private static long number(String text) {
      if (!text.matches("[0-9]{1,18}")) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "'%s' is no snapshot's number: write data@7 and a new volume's name, or data and 7"
                .formatted(text));
      }
      return Long.parseLong(text);
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
                "used by %s on %s; %s"
                    .formatted(
                        use.instance(), use.host(), VolumeTexts.safety(volume, Instant.now())))
            .orElseGet(() -> "not in use, " + state(volume)));
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

  /** What the next instance finds in it. */
  private static String state(VolumeView volume) {
    return volume
        .origin()
        .map(origin -> "as in " + origin)
        .orElse(volume.start() == 0 ? "empty" : "as in snapshot " + volume.start());
  }
}
