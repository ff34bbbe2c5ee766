package cloud.zansoc.cli;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.Role;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "login",
    description = "Join a hub as a client, and make the keys that only you hold.")
final class LoginCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(paramLabel = "HUB", description = "The hub's address, such as hub.example.org:7443.")
  private HostAddress hub;

  @Option(names = "--token", description = "The token that invites you.")
  private Optional<String> token = Optional.empty();

  @Option(
      names = "--hub-data",
      paramLabel = "DIR",
      description =
          "Instead of a token, on the hub's machine: its data folder, which makes you an operator.")
  private Optional<Path> hubData = Optional.empty();

  @Option(names = "--name", description = "What the hub shows for you (default: your user name).")
  private String name = System.getProperty("user.name");

  @Option(
      names = "--recovery-phrase",
      interactive = true,
      arity = "0..1",
      description = "Use the root key of this phrase (asked for when no value is given).")
  private Optional<String> phrase = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Output output = options.output();
    Login.Result result = new Login(options.profile()).run(hub, invitation(), name, phrase);
    output.result(
        result,
        "Logged in as %s (%s, tenant %s)."
            .formatted(
                result.me().name(),
                result.me().id().shortText(),
                result.me().tenant().orElse("none")));
    result
        .freshPhrase()
        .ifPresent(fresh -> {
          output.note("");
          output.note("Your recovery phrase. Nobody else has it; without it and this folder");
          output.note("your data cannot be read again. Write it down:");
          output.note("");
          output.note("  " + fresh);
        });
    return 0;
  }

  private JoinToken invitation() {
    if (token.isPresent() == hubData.isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "give either --token, which the hub's operator makes by 'zansoc token create', or on the"
              + " hub's own machine --hub-data");
    }
    if (token.isPresent()) {
      return JoinToken.parse(token.get());
    }
    try (HubOperator operator = HubOperator.of(hubData.get(), hub)) {
      return operator.invite(Role.OPERATOR, "login on the hub's machine");
    }
  }
}
