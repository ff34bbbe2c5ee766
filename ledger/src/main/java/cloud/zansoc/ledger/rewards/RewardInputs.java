package cloud.zansoc.ledger.rewards;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that an epoch's rewards follow from: docs/format/reward-inputs.md. Whoever has ever earned
 * something is in it.
 *
 * @param hosts by account, each once
 */
public record RewardInputs(LedgerId ledger, long epoch, List<Contribution> hosts) {
  static final Comparator<AccountId> ORDER = Comparator.comparing(AccountId::text);

  private static final int VERSION = 1;
  private static final int MAX_HOSTS = 1_000_000;
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,77}");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Refuses an account that is there twice. */
  public RewardInputs {
    hosts = hosts.stream().sorted(Comparator.comparing(Contribution::account, ORDER)).toList();
    if (epoch < 0 || hosts.size() > MAX_HOSTS) {
      throw new IllegalArgumentException(
          "inputs are of an epoch from 0 on and up to %d hosts, not of %d and %d"
              .formatted(MAX_HOSTS, epoch, hosts.size()));
    }
    Set<AccountId> seen = new HashSet<>();
    for (Contribution host : hosts) {
      if (!seen.add(host.account())) {
        throw new IllegalArgumentException("host " + host.account() + " is there twice");
      }
    }
  }

  /** The file, whose SHA-256 is published. */
  public byte[] encode() {
    StringBuilder json = new StringBuilder();
    json.append(
        "{\"version\":%d,\"chain\":%d,\"escrow\":\"%s\",\"epoch\":%d,\"hosts\":["
            .formatted(VERSION, ledger.chain(), ledger.escrow(), epoch));
    String separator = "\n";
    for (Contribution host : hosts) {
      json.append(separator).append(encoded(host));
      separator = ",\n";
    }
    return json.append("\n]}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(Contribution host) {
    return """
    {"account":"%s","vcpuSeconds":"%s","gpuSeconds":"%s","bytes":"%s","uptimeMillionths":"%d",\
    "fees":"%s","earnedBefore":"%s"}\
    """
        .formatted(
            host.account(),
            host.vcpuSeconds(),
            host.gpuSeconds(),
            host.bytes(),
            host.uptimeMillionths(),
            host.fees().units(),
            host.earnedBefore().units());
  }

  /**
   * Reads a file.
   *
   * @throws ZansocException INVALID_ARGUMENT where it is none, UNSUPPORTED where it is of another
   *     version
   */
  public static RewardInputs decode(byte[] file) {
    try {
      JsonNode json = JSON.readTree(file);
      JsonNode version = json.path("version");
      if (version.isInt() && version.asInt() != VERSION) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            "reward inputs of version " + version.asInt() + ", known is " + VERSION);
      }
      if (!version.isInt() || !json.path("hosts").isArray()) {
        throw new IllegalArgumentException("it has no version, or no list of hosts");
      }
      List<Contribution> hosts = new ArrayList<>();
      for (JsonNode host : json.path("hosts")) {
        hosts.add(contribution(host));
      }
      return new RewardInputs(
          new LedgerId(whole(json, "chain"), new AccountId(text(json, "escrow"))),
          whole(json, "epoch"),
          hosts);
    } catch (JacksonException e) {
      throw invalid(e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()), e);
    }
  }

  private static ZansocException invalid(String why, Exception cause) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "this is no file of reward inputs: " + why, cause);
  }

  private static Contribution contribution(JsonNode host) {
    return new Contribution(
        new AccountId(text(host, "account")),
        number(host, "vcpuSeconds"),
        number(host, "gpuSeconds"),
        number(host, "bytes"),
        number(host, "uptimeMillionths").min(BigInteger.valueOf(Integer.MAX_VALUE)).intValueExact(),
        new Amount(number(host, "fees")),
        new Amount(number(host, "earnedBefore")));
  }

  private static long whole(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("'" + name + "' is no whole number");
    }
    return value.asLong();
  }

  private static BigInteger number(JsonNode node, String name) {
    String text = text(node, name);
    if (!DECIMAL.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + name + "' is no decimal number in quotes");
    }
    return new BigInteger(text);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw new IllegalArgumentException("'" + name + "' is missing or no text");
    }
    return value.asString();
  }
}
