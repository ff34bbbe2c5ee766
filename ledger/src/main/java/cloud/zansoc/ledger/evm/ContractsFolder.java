package cloud.zansoc.ledger.evm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The folder {@code contracts} of the sources, in which npm puts programs and artifacts. */
public record ContractsFolder(Path folder) {
  /** Whether artifacts and the chain's program are there. */
  public boolean isBuilt() {
    return Files.isRegularFile(folder.resolve("out/Escrow.sol/Escrow.json"))
        && Files.isExecutable(program("anvil"));
  }

  /** One of Foundry's native programs: npm's start scripts end with 0 also when they fail. */
  public Path program(String name) {
    String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    String machine =
        System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64")
            ? "arm64"
            : "amd64";
    String packaged = "node_modules/@foundry-rs/%s-%s-%s/bin".formatted(name, system, machine);
    return folder.resolve(packaged).resolve(name);
  }

  /** How the contracts are deployed. */
  public DeployPlan plan() {
    return DeployPlan.read(folder);
  }
}
