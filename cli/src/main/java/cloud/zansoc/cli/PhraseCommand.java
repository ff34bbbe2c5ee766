package cloud.zansoc.cli;

import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "recovery-phrase",
    description = "Print the recovery phrase of this profile's root key. Keep it secret.")
final class PhraseCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Override
  public Integer call() throws Exception {
    Profile profile = options.profile();
    profile.hub();
    String phrase = Files.readString(profile.rootKeyFile()).strip();
    options.output().result(Map.of("phrase", phrase), phrase);
    return 0;
  }
}
