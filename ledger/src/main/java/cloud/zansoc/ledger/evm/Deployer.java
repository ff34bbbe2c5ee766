package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.ContractUtils;

/**
 * Puts the contracts on a chain: one transaction for each step of a {@link DeployPlan}, with
 * consecutive nonces, since the contracts are told one another's addresses before they are there.
 */
public final class Deployer {
  private final EvmChain chain;
  private final EvmKey key;
  private final DeployPlan plan;

  public Deployer(EvmChain chain, EvmKey key, DeployPlan plan) {
    this.chain = chain;
    this.key = key;
    this.plan = plan;
  }

  /**
   * Whom a deployment names.
   *
   * @param genesis receives the coins that exist from the start
   * @param treasury receives the commission
   * @param publisher publishes rewards
   */
  public record Parties(AccountId genesis, AccountId treasury, AccountId publisher) {}

  /** The parameters of a deployment whose rewards begin now: those of a kind of chain, and ours. */
  public static Map<String, String> parameters(
      Map<String, String> common, Parties parties, EvmChain chain) {
    Map<String, String> parameters = new HashMap<>(common);
    parameters.put("genesis", parties.genesis().text());
    parameters.put("treasury", parties.treasury().text());
    parameters.put("publisher", parties.publisher().text());
    parameters.put("rewardsStart", String.valueOf(chain.now().getEpochSecond()));
    return parameters;
  }

  /**
   * Carries the plan out. The deployer must send nothing else meanwhile.
   *
   * @param parameters those that deploy.json names, but for {@code deployer}: addresses as 0x and
   *     digits, numbers in decimal
   * @return the address of each step
   */
  public Map<String, AccountId> deploy(Map<String, String> parameters) {
    Map<String, String> values = new HashMap<>(parameters);
    values.put("deployer", key.account().text());
    List<DeployPlan.Step> steps = plan.stepsWithout(values.keySet());
    Map<String, String> addresses = addressesBefore(steps, values);
    for (DeployPlan.Step step : steps) {
      List<String> arguments = new ArrayList<>();
      step.arguments().forEach(text -> arguments.add(resolved(text, values, addresses)));
      if (step.artifact().isPresent()) {
        create(step, arguments, addresses);
      } else {
        call(step, arguments, addresses);
      }
    }
    Map<String, AccountId> deployed = new HashMap<>();
    addresses.forEach((name, address) -> deployed.put(name, new AccountId(address)));
    return Map.copyOf(deployed);
  }

  private Map<String, String> addressesBefore(
      List<DeployPlan.Step> steps, Map<String, String> values) {
    Map<String, String> addresses = new HashMap<>();
    for (DeployPlan.Step step : plan.steps()) {
      step.unless()
          .filter(values::containsKey)
          .ifPresent(given -> addresses.put(step.name(), values.get(given)));
    }
    BigInteger nonce = chain.nonce(key.account());
    for (DeployPlan.Step step : steps) {
      if (step.artifact().isPresent()) {
        addresses.put(
            step.name(), ContractUtils.generateContractAddress(key.account().text(), nonce));
      }
      nonce = nonce.add(BigInteger.ONE);
    }
    return addresses;
  }

  private void create(DeployPlan.Step step, List<String> arguments, Map<String, String> addresses) {
    String code = plan.bytecode(step.artifact().orElseThrow());
    String data = code + FunctionEncoder.encodeConstructor(encoded(step.types(), arguments));
    Receipt receipt = sent(step, Optional.empty(), data);
    Optional<AccountId> expected =
        Optional.ofNullable(addresses.get(step.name())).map(AccountId::new);
    if (!receipt.created().equals(expected)) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "%s is at %s, not at %s: its deployer sent something else meanwhile"
              .formatted(step.name(), receipt.created(), expected));
    }
  }

  private void call(DeployPlan.Step step, List<String> arguments, Map<String, String> addresses) {
    AccountId target = new AccountId(given(step.target().orElseThrow(), addresses));
    sent(step, Optional.of(target), encoded(step.function().orElseThrow(), arguments));
    step.reads()
        .map(view -> chain.read(target, encoded(view, arguments)).account(0))
        .ifPresent(address -> addresses.put(step.name(), address.text()));
  }

  private Receipt sent(DeployPlan.Step step, Optional<AccountId> to, String data) {
    return switch (chain.send(key, to, data)) {
      case Sent.Mined(Receipt receipt) -> receipt;
      case Sent.Reverted(String error) ->
          throw new ZansocException(
              ErrorCode.PRECONDITION_FAILED,
              "step " + step.name() + " of the deployment was refused with " + error);
    };
  }

  private static String encoded(String signature, List<String> arguments) {
    int open = signature.indexOf('(');
    List<String> types =
        List.of(signature.substring(open + 1, signature.length() - 1).split(",", -1));
    String name = signature.substring(0, open);
    return FunctionEncoder.encode(new Function(name, encoded(types, arguments), List.of()));
  }

  @SuppressWarnings("rawtypes") // web3j's own signature
  private static List<Type> encoded(List<String> types, List<String> arguments) {
    List<Type> words = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String text = arguments.get(i);
      words.add(
          switch (types.get(i)) {
            case "address" -> new Address(text);
            case "uint256" -> new Uint256(new BigInteger(text));
            default -> throw new IllegalArgumentException("deploy.json has a type " + types.get(i));
          });
    }
    return words;
  }

  private static String resolved(
      String text, Map<String, String> values, Map<String, String> addresses) {
    return given(text, text.startsWith("$") ? values : addresses);
  }

  private static String given(String text, Map<String, String> values) {
    String value = values.get(text.substring(1));
    if (value == null) {
      throw new IllegalArgumentException("deploy.json needs " + text);
    }
    return value;
  }
}
