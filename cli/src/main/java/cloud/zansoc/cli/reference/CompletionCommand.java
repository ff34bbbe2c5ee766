package cloud.zansoc.cli.reference;

import cloud.zansoc.cli.CommonOptions;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options in a shell.",
      "Load it with 'source <(zansoc completion bash)', for example in ~/.bashrc; likewise zsh."
    })
public final class CompletionCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell;

  /** A shell that can load the script: zsh does so by its bashcompinit. */
  enum Shell {
    BASH,
    ZSH
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash(spec.root().name(), spec.root().commandLine());
    options.output().result(new Script(shell.name(), script), script.stripTrailing());
    return 0;
  }

  /** What is printed as JSON. */
  record Script(String shell, String script) {}
}
