package cloud.zansoc.cli.local;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Login;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a local cloud and leaves it running. */
@Command(
    name = "up",
    description = "Start a local cloud of a hub and hosts, log in, and leave it running.")
public final class UpCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(names = "--hosts", defaultValue = "12", description = "How many hosts (default: 12).")
  private int hosts;

  @Option(
      names = "--capacity",
      defaultValue = "20GB",
      description = "What each host lends (default: 20GB).")
  private ByteSize capacity;

  @Override
  public Integer call() {
    Output output = options.output();
    Profile profile = options.profile();
    try (LocalCloud cloud = LocalOptions.cloud(profile, hosts, capacity)) {
      output.note("starting the hub");
      cloud.startHub();
      output.note("starting " + hosts + " hosts (they measure the machine the first time)");
      cloud.startHosts();
      if (!profile.isLoggedIn()) {
        Login.Result login = cloud.login(profile, System.getProperty("user.name"));
        login.freshPhrase().ifPresent(phrase -> output.note("recovery phrase: " + phrase));
      }
    }
    output.result(
        Map.of("hosts", hosts, "folder", LocalOptions.folder(profile).toString()),
        """
        The cloud runs: a hub at 127.0.0.1:7443 and %d hosts. You are logged in.
          ./zansoc bucket create photos
          ./zansoc cp FILE zs://photos/FILE
          ./zansoc node ls
          ./zansoc down            stops it and keeps the data\
        """
            .formatted(hosts));
    return 0;
  }
}
