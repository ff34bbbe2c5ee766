package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.books.ChannelParties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The rules that events are booked by. */
final class EventPostingsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/event-postings.txt");
  private static final AccountId ESCROW = address("e0");
  private static final AccountId REGISTRY = address("e2");

  private final EventPostings postings =
      new EventPostings(
          new LedgerContracts(
              ESCROW, address("e1"), REGISTRY, address("e3"), address("e4"), address("e5")));

  private static AccountId address(String pair) {
    return new AccountId("0x" + pair.repeat(20));
  }

  private static ChannelParties parties() {
    return new ChannelParties(address("c1"), address("c2"));
  }

  /** What the books make of a log, as one line for each posting. */
  private String booked(Receipt.Log log) {
    EventPostings.Moved moved = postings.of(log, channel -> Optional.of(parties())).orElseThrow();
    return moved.postings().isEmpty()
        ? "nothing"
        : moved.postings().stream()
            .map(posting -> posting.account() + " " + posting.amount())
            .collect(Collectors.joining("\n"));
  }

  /** A golden case: a name, topics, data, then the postings. */
  private record Golden(String event, Receipt.Log log, String booked) {}

  private static List<Golden> golden() throws IOException {
    List<Golden> cases = new ArrayList<>();
    for (String text : Files.readString(GOLDEN).split("\n\n", -1)) {
      List<String> lines = text.strip().lines().filter(line -> !line.startsWith("#")).toList();
      if (lines.isEmpty()) {
        continue;
      }
      List<String> topics = new ArrayList<>(List.of(lines.get(1).split(" ", -1)));
      topics.addFirst(Numeric.toHexString(Words.keccak(lines.getFirst())));
      String data = lines.get(2).equals("-") ? "0x" : "0x" + lines.get(2).replace(" ", "");
      cases.add(
          new Golden(
              lines.getFirst(),
              new Receipt.Log(
                  ESCROW,
                  topics.stream().map(topic -> Numeric.prependHexPrefix(topic)).toList(),
                  data),
              String.join("\n", lines.subList(3, lines.size()))));
    }
    return cases;
  }

  @Test
  void events_golden_areBookedAsWrittenDown() throws IOException {
    for (Golden golden : golden()) {
      assertThat(booked(golden.log())).as(golden.event()).isEqualTo(golden.booked());
    }
  }

  @Test
  void events_known_eachHaveAGoldenCase() throws IOException {
    assertThat(golden().stream().map(Golden::event).collect(Collectors.toSet()))
        .isEqualTo(EventPostings.known());
  }

  @Test
  void events_inTheContractsInterfaces_areThoseThatTheBooksKnow() throws IOException {
    Path folder = Contracts.built();
    Set<String> declared = new TreeSet<>();
    for (String name : List.of("Coin", "Escrow", "HostRegistry", "StorageDeals")) {
      Path artifact = folder.resolve("out/%s.sol/%s.json".formatted(name, name));
      for (JsonNode member : JsonMapper.shared().readTree(artifact).path("abi")) {
        if (member.path("type").asString().equals("event")) {
          declared.add(signature(member));
        }
      }
    }

    assertThat(declared).hasSizeGreaterThan(25).isEqualTo(EventPostings.known());
  }

  private static String signature(JsonNode event) {
    return StreamSupport.stream(event.path("inputs").spliterator(), false)
        .map(input -> input.path("type").asString())
        .collect(Collectors.joining(",", event.path("name").asString() + "(", ")"));
  }

  @Test
  void event_thatNoRuleKnows_isNotSkipped() {
    String topic = Numeric.toHexString(Words.keccak("Burned(address,uint256)"));
    Receipt.Log log = new Receipt.Log(ESCROW, List.of(topic), "0x" + "0".repeat(128));
    Receipt.Log bare = new Receipt.Log(ESCROW, List.of(), "0x");

    assertThat(postings.of(log, channel -> Optional.empty())).isEmpty();
    assertThat(postings.of(bare, channel -> Optional.empty())).isEmpty();
  }

  @Test
  void event_withoutAnAmount_isBookedWithoutPostings() {
    String topic = Numeric.toHexString(Words.keccak("Unstaked(address,uint256)"));
    String host = "0x" + "0".repeat(24) + address("c2").text().substring(2);
    Receipt.Log log = new Receipt.Log(REGISTRY, List.of(topic, host), "0x" + "0".repeat(64));

    assertThat(booked(log)).isEqualTo("nothing");
  }

  @Test
  void channelClosed_thatWasNeverFunded_isBookedWithoutPostings() {
    String topic = Numeric.toHexString(Words.keccak("ChannelClosed(bytes32,uint256)"));
    List<String> topics = List.of(topic, "0x" + "d7".repeat(32));
    Receipt.Log empty = new Receipt.Log(ESCROW, topics, "0x" + "0".repeat(64));
    Receipt.Log unknown = new Receipt.Log(ESCROW, topics, "0x" + "0".repeat(63) + "1");

    assertThat(postings.of(empty, channel -> Optional.empty()).orElseThrow().postings()).isEmpty();
    assertThatThrownBy(() -> postings.of(unknown, channel -> Optional.empty()))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining("whose channel");
  }
}
