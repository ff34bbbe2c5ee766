package cloud.zansoc.ledger.evm;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The folder of the contracts, built: by npm where that has not been done yet. */
public final class Contracts {
  private static final Path FOLDER = Path.of("..", "contracts").toAbsolutePath().normalize();
  private static final long BUILD_MINUTES = 10;

  private Contracts() {}

  /**
   * The folder with artifacts and programs in it; where they cannot be made, the test is skipped.
   */
  public static synchronized Path built() {
    if (!Files.isExecutable(program("anvil"))) {
      build("npm", "ci", "--ignore-scripts");
    }
    if (!Files.isRegularFile(FOLDER.resolve("out/Escrow.sol/Escrow.json"))) {
      build("node", "tools/foundry.mjs", "forge", "build", "--skip", "test");
    }
    return FOLDER;
  }

  /** One of Foundry's programs. */
  public static Path program(String name) {
    return new ContractsFolder(FOLDER).program(name);
  }

  private static void build(String... command) {
    if (onPath(command[0]).isEmpty()) {
      Assumptions.abort(
          "skipped: the contracts are not built, and there is no " + command[0] + " to do it");
    }
    try {
      // The test runner's own streams speak its protocol: nobody else may read or write them.
      Path log = Files.createTempFile("zansoc-contracts-", ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      if (process.isAlive() || process.exitValue() != 0) {
        Assumptions.abort(
            "skipped: '%s' failed in contracts/, see %s".formatted(String.join(" ", command), log));
      }
      Files.delete(log);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("cannot build the contracts", e);
    }
  }

  private static Optional<Path> onPath(String program) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, program);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
