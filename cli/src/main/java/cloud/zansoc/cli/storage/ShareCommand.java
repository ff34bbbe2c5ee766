package cloud.zansoc.cli.storage;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.codec.format.ShareLink;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.StorageClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shares of objects. */
@Command(
    name = "share",
    description = "Share objects by links that hold the key, list shares and revoke them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ShareCommand.Create.class, ShareCommand.Ls.class, ShareCommand.Revoke.class})
public final class ShareCommand {
  @Command(
      name = "create",
      description = "Make a link that lets anyone who has it read one version of an object.")
  static final class Create extends ClientCommand {
    @Parameters(paramLabel = "zs://BUCKET/KEY", description = "Which object.")
    private String address;

    @Option(names = "--version", paramLabel = "ID", description = "An earlier version.")
    private Optional<String> version = Optional.empty();

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = "How long it is good for, such as 30m, 12h or 7d (default: until revoked).")
    private Optional<Duration> expires = Optional.empty();

    /** What is printed as JSON. */
    record Shared(ShareView share, String link) {}

    @Override
    protected void run(Session session, Output output) {
      Optional<Instant> end = expires.map(life -> Instant.now().plus(life));
      StorageClient.Share share =
          session.storage().share(ObjectAddress.parse(address), version, end);
      String link =
          new ShareLink(
                  session.hub().address().host(),
                  session.hub().address().port(),
                  share.view().id(),
                  session.hub().id(),
                  share.key())
              .format();
      output.result(new Shared(share.view(), link), link);
    }
  }

  @Command(name = "ls", description = "List your shares.")
  static final class Ls extends ClientCommand {
    @Override
    protected void run(Session session, Output output) {
      List<ShareView> shares = session.storageHub().shares();
      if (output.isJson()) {
        output.json(shares);
        return;
      }
      output.table(
          List.of("SHARE", "STATE", "EXPIRES", "OBJECT"),
          shares.stream()
              .map(share ->
                  List.of(
                      share.id(),
                      state(share),
                      share.expires().map(Times::text).orElse("never"),
                      Names.printable(share.bucket() + "/" + share.key())))
              .toList());
    }

    private static String state(ShareView share) {
      if (share.revoked()) {
        return "revoked";
      }
      boolean over = share.expires().filter(end -> end.isBefore(Instant.now())).isPresent();
      return over ? "ended" : "open";
    }
  }

  @Command(name = "revoke", description = "End a share now.")
  static final class Revoke extends ClientCommand {
    @Parameters(paramLabel = "SHARE", description = "Its id, as 'zansoc share ls' shows it.")
    private String share;

    @Override
    protected void run(Session session, Output output) {
      session.storageHub().revokeShare(share);
      output.result(
          Map.of("revoked", share),
          "Share " + share + " is revoked; copies made before are not undone.");
    }
  }
}
