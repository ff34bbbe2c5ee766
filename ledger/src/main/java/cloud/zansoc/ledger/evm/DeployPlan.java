package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.web3j.utils.Numeric;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What deploy.json in the folder of the contracts says, and the bytecode beside it. */
public final class DeployPlan {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int VERSION = 1;

  private final Path folder;
  private final JsonNode plan;
  private final List<Step> steps;

  private DeployPlan(Path folder, JsonNode plan) {
    this.folder = folder;
    this.plan = plan;
    List<Step> all = new ArrayList<>();
    plan.path("steps").forEach(step -> all.add(step(step)));
    this.steps = List.copyOf(all);
  }

  /** Reads the plan of a folder with the contracts, built. */
  public static DeployPlan read(Path folder) {
    JsonNode plan = json(folder.resolve("deploy.json"));
    int version = plan.path("version").asInt(0);
    if (version != VERSION) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "deploy.json has version " + version + ", known is " + VERSION);
    }
    return new DeployPlan(folder, plan);
  }

  /** The parameters that development chains have in common. */
  public Map<String, String> developmentParameters() {
    return parameters("development");
  }

  /** The parameters that all other chains have in common. */
  public Map<String, String> productionParameters() {
    return parameters("production");
  }

  private Map<String, String> parameters(String kind) {
    Map<String, String> values = new HashMap<>();
    plan.path(kind)
        .properties()
        .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString()));
    return Map.copyOf(values);
  }

  List<Step> steps() {
    return steps;
  }

  /** The steps that are carried out when these parameters are given. */
  List<Step> stepsWithout(Set<String> given) {
    return steps.stream().filter(step -> step.unless().filter(given::contains).isEmpty()).toList();
  }

  /** The bytecode of an artifact, ours or Uniswap's, with 0x. */
  String bytecode(String artifact) {
    JsonNode code = json(folder.resolve(artifact)).path("bytecode");
    String hex = code.isString() ? code.asString() : code.path("object").asString("");
    if (hex.isBlank()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED, artifact + " has no bytecode; build the contracts first");
    }
    return Numeric.prependHexPrefix(hex.strip());
  }

  private static Step step(JsonNode step) {
    return new Step(
        step.path("name").asString(),
        text(step, "unless"),
        text(step, "artifact"),
        texts(step, "types"),
        text(step, "call"),
        text(step, "function"),
        text(step, "reads"),
        texts(step, "arguments"));
  }

  private static Optional<String> text(JsonNode step, String name) {
    return step.has(name) ? Optional.of(step.path(name).asString()) : Optional.empty();
  }

  private static List<String> texts(JsonNode step, String name) {
    List<String> texts = new ArrayList<>();
    step.path(name).forEach(text -> texts.add(text.asString()));
    return texts;
  }

  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          file.getFileName()
              + " is missing; build the contracts first (docs/reference/contracts.md)");
    }
    try {
      return JSON.readTree(file);
    } catch (JacksonException e) {
      throw new ZansocException(
          ErrorCode.DAMAGED, "cannot read " + file + ": " + e.getOriginalMessage(), e);
    }
  }

  /**
   * One transaction of the deployment.
   *
   * @param unless the parameter that makes the step needless
   * @param artifact the contract that is made, with {@code types} of its arguments; or
   * @param target the contract that is called, with its {@code function}, and {@code reads}, the
   *     view that gives the address that the step stands for
   */
  record Step(
      String name,
      Optional<String> unless,
      Optional<String> artifact,
      List<String> types,
      Optional<String> target,
      Optional<String> function,
      Optional<String> reads,
      List<String> arguments) {
    Step {
      types = List.copyOf(types);
      arguments = List.copyOf(arguments);
    }
  }
}
