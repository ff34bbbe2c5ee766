package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.client.ObjectAddress;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies between files and objects. */
@Command(
    name = "cp",
    description = {
      "Copy files to a bucket, objects to files, or objects within the cloud.",
      "'-' is standard input or output; a source may be the link of a share.",
      "An interrupted copy goes on when the same command is repeated."
    })
public final class CpCommand extends ClientCommand {
  /** Standard input, as a source, or standard output, as the target. */
  static final String STANDARD = "-";

  @Parameters(
      arity = "2..*",
      paramLabel = "SOURCE... TARGET",
      hideParamSyntax = true,
      description = "Paths, zs://BUCKET/KEY, or '-'. The target comes last.")
  private List<String> places = List.of();

  @Option(names = "-r", description = "Directories, or all objects below a key.")
  private boolean recursive;

  @Option(names = "--version", paramLabel = "ID", description = "An earlier version of the source.")
  private Optional<String> version = Optional.empty();

  @Override
  protected void run(Session session, Output output) throws Exception {
    List<String> sources = places.subList(0, places.size() - 1);
    String target = places.getLast();
    if (version.isPresent() && (sources.size() > 1 || recursive)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "--version names one object: give one source, without -r");
    }
    if (ObjectAddress.isAddress(target)) {
      CopyIn copy = new CopyIn(session, output, ObjectAddress.parse(target), version);
      copy.run(sources, recursive);
    } else {
      CopyOut copy = new CopyOut(session, output, target, version);
      copy.run(sources, recursive);
    }
  }
}
