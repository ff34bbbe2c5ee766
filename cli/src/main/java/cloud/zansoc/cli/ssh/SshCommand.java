package cloud.zansoc.cli.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the system's ssh with all that it needs. */
@Command(
    name = "ssh",
    description = {
      "Open a shell in an instance, or run a command, by the system's OpenSSH.",
      "What the command line must be for ssh, scp, sftp and rsync themselves, --print shows."
    })
public final class SshCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(
      names = "-L",
      paramLabel = "PORT:localhost:PORT",
      description = "Forward a port of this machine to one of the instance; may be repeated.")
  private List<String> forwards = new ArrayList<>();

  @Option(
      names = {"-N", "--no-command"},
      description = "Run nothing: only forward ports.")
  private boolean nothing;

  @Option(names = "--print", description = "Print the command line instead of running it.")
  private boolean print;

  @Parameters(
      index = "0",
      paramLabel = "INSTANCE",
      description = "Its name, such as web-1, or web-1.DEPLOYMENT.")
  private String instance;

  @Parameters(
      index = "1..*",
      paramLabel = "COMMAND",
      description = "What to run, after --; a shell without it.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> line;
    try (Session session = Session.open(options.profile())) {
      line = commandLine(SshFiles.prepare(session));
    }
    if (print) {
      options.output().result(line, String.join(" ", line.stream().map(Shell::quote).toList()));
      return 0;
    }
    try {
      return new ProcessBuilder(line).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "OpenSSH is not installed (apt-get install openssh-client); 'zansoc exec %s -- sh' needs none"
              .formatted(instance),
          e);
    }
  }

  private List<String> commandLine(SshFiles files) {
    List<String> line = new ArrayList<>(List.of("ssh", "-p"));
    line.add(Integer.toString(files.gateway().address().port()));
    for (String option :
        List.of(
            "IdentityFile=" + files.identity(),
            "IdentitiesOnly=yes",
            "UserKnownHostsFile=" + files.knownHosts(),
            "HostKeyAlias=" + SshFiles.ALIAS,
            "StrictHostKeyChecking=yes",
            "LogLevel=ERROR")) {
      line.addAll(List.of("-o", option));
    }
    forwards.forEach(forward -> line.addAll(List.of("-L", forward)));
    if (nothing) {
      line.add("-N");
    }
    line.add(instance + "@" + files.gateway().address().host());
    line.addAll(command);
    return line;
  }
}
