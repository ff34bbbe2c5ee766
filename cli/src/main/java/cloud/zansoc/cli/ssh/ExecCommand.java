package cloud.zansoc.cli.ssh;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.identity.OpenSshKey;
import cloud.zansoc.net.node.SshView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command in an instance, by an SSH client of this program's own. */
@Command(
    name = "exec",
    description = "Run a command in an instance; ends with its exit code. Needs no OpenSSH.")
public final class ExecCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(
      names = {"-T", "--no-terminal"},
      description = "Give it no terminal, also where this is one.")
  private boolean noTerminal;

  @Parameters(
      index = "0",
      paramLabel = "INSTANCE",
      description = "Its name, such as web-1, or web-1.DEPLOYMENT.")
  private String instance;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments, after --.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    SshView gateway;
    String key;
    try (Session session = Session.open(options.profile())) {
      gateway = session.api().call(ApiCall.get("/v1/ssh"), SshView.class);
      key = OpenSshKey.text(session.identity(), "zansoc");
    }
    String line = command.stream().map(Shell::quote).collect(Collectors.joining(" "));
    try (InstanceClient client = InstanceClient.connect(gateway, instance, key)) {
      return client.run(
          line,
          InstanceClient.Streams.standard(),
          noTerminal ? LocalTerminal.NONE : LocalTerminal.ofStandardStreams());
    }
  }
}
