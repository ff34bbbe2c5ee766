package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Earnings;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseCharge;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.LeaseRecord;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.books.BlockRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What accounts have done on a ledger: its events from the first block on, and what the contracts
 * say after the newest one. Nothing is kept, so that a block that the chain gives up is forgotten;
 * where that happens while it is asked, the answer is GONE.
 */
public final class LedgerHistory {
  /** How many channels or leases are asked for at once. */
  private static final int AT_ONCE = 100;

  private final EvmChain chain;
  private final ChainHistory history;
  private final LedgerContracts contracts;

  public LedgerHistory(EvmChain chain, LedgerContracts contracts) {
    this.chain = chain;
    this.history = new ChainHistory(chain);
    this.contracts = contracts;
  }

  /** The leases that a client has opened, in that order. */
  public List<LeaseRecord> leasesOfClient(AccountId client) {
    return leases(
        history.newest().block(),
        Arrays.asList(EscrowEvents.OPENED, null, ChainHistory.topic(client)));
  }

  /** The leases that clients have opened on a host's offers, in that order. */
  public List<LeaseRecord> leasesOfHost(AccountId host) {
    return leases(
        history.newest().block(),
        Arrays.asList(EscrowEvents.OPENED, null, null, ChainHistory.topic(host)));
  }

  /** One lease, also if it is closed; empty where it was never opened. */
  public Optional<LeaseRecord> lease(LeaseId lease) {
    return leases(history.newest().block(), List.of(EscrowEvents.OPENED, lease.text())).stream()
        .findFirst();
  }

  /** What a lease has cost until it was settled last; empty where it was never opened. */
  public Optional<LeaseCharge> charge(LeaseId lease) {
    BlockRef block = history.newest().block();
    Optional<ChainHistory.Event> opened =
        events(block, contracts.escrow(), List.of(EscrowEvents.OPENED, lease.text())).stream()
            .findFirst();
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    Instant start = Words.read(opened.get().log().data(), 0).time(1);
    Instant until = start;
    Payment paid = Payment.NONE;
    for (ChainHistory.Event event :
        events(block, contracts.escrow(), List.of(EscrowEvents.SETTLED, lease.text()))) {
      Words data = Words.read(event.log().data(), 0);
      paid = paid.plus(new Payment(data.amount(0), data.amount(1)));
      until = data.time(2);
    }
    return Optional.of(new LeaseCharge(start, until, paid));
  }

  private List<LeaseRecord> leases(BlockRef block, List<?> topics) {
    List<ChainHistory.Event> opened = events(block, contracts.escrow(), topics);
    List<Words> entries =
        history.read(
            block,
            opened.stream()
                .map(event ->
                    new ChainHistory.View(
                        contracts.escrow(), EscrowCalls.leaseOf(event.log().indexed().lease(0))))
                .toList());
    Map<LeaseId, AccountId> agents = agents(block, opened);
    List<LeaseRecord> records = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      records.add(record(opened.get(i).log(), entries.get(i), agents));
    }
    return records;
  }

  /** Who opened leases from mandates of their clients. */
  private Map<LeaseId, AccountId> agents(BlockRef block, List<ChainHistory.Event> opened) {
    List<String> leases = opened.stream().map(event -> event.log().topics().get(1)).toList();
    Map<LeaseId, AccountId> agents = new HashMap<>();
    for (int from = 0; from < leases.size(); from += AT_ONCE) {
      int to = Math.min(leases.size(), from + AT_ONCE);
      List<Object> topics = List.of(EscrowEvents.MANDATE_USED, leases.subList(from, to));
      for (ChainHistory.Event event : events(block, contracts.escrow(), topics)) {
        agents.put(event.log().indexed().lease(0), event.log().indexed().account(1));
      }
    }
    return agents;
  }

  private static LeaseRecord record(
      Receipt.Log opened, Words entry, Map<LeaseId, AccountId> agents) {
    Words topics = opened.indexed();
    Words data = Words.read(opened.data(), 0);
    return new LeaseRecord(
        topics.lease(0),
        topics.account(1),
        topics.account(2),
        data.amount(0),
        data.time(1),
        data.digest(3),
        data.digest(4),
        Optional.ofNullable(agents.get(topics.lease(0))),
        EvmLedger.lease(topics.lease(0), entry));
  }

  /**
   * All mandates that a client has ever given, as they are now, in the order of their first grant.
   */
  public List<Mandate> mandatesOf(AccountId client) {
    BlockRef block = history.newest().block();
    List<MandateName> names =
        events(
                block,
                contracts.escrow(),
                Arrays.asList(EscrowEvents.GRANTED, ChainHistory.topic(client)))
            .stream()
            .map(event -> event.log().indexed())
            .map(topics -> new MandateName(topics.account(0), topics.account(1), topics.digest(2)))
            .distinct()
            .toList();
    List<Words> entries =
        history.read(
            block,
            names.stream()
                .map(name -> new ChainHistory.View(contracts.escrow(), EvmMandates.mandateOf(name)))
                .toList());
    List<Mandate> mandates = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      EvmMandates.mandate(names.get(i), entries.get(i)).ifPresent(mandates::add);
    }
    return mandates;
  }

  /** What an account has earned as a host; what is due is as of the next block. */
  public Earnings earnings(AccountId host) {
    BlockRef block = history.newest().block();
    Instant now = chain.now();
    List<Lease> open =
        leases(block, Arrays.asList(EscrowEvents.OPENED, null, null, ChainHistory.topic(host)))
            .stream()
            .flatMap(record -> record.open().stream())
            .toList();
    Payment unsettled =
        open.stream().map(lease -> Payment.of(lease.due(now))).reduce(Payment.NONE, Payment::plus);
    return new Earnings(
        paid(
            block,
            contracts.escrow(),
            Arrays.asList(EscrowEvents.SETTLED, null, ChainHistory.topic(host))),
        vouchers(block, host),
        deals(block, host),
        unsettled,
        open.size());
  }

  private Payment vouchers(BlockRef block, AccountId host) {
    List<String> channels =
        events(
                block,
                contracts.escrow(),
                Arrays.asList(EventPostings.FUNDED, null, null, ChainHistory.topic(host)))
            .stream()
            .map(event -> event.log().topics().get(1))
            .distinct()
            .toList();
    Payment sum = Payment.NONE;
    for (int from = 0; from < channels.size(); from += AT_ONCE) {
      int to = Math.min(channels.size(), from + AT_ONCE);
      List<Object> topics = List.of(EvmChannels.REDEEMED, channels.subList(from, to));
      sum = sum.plus(paid(block, contracts.escrow(), topics));
    }
    return sum;
  }

  private Payment deals(BlockRef block, AccountId host) {
    return payments(
            events(
                block,
                contracts.deals(),
                Arrays.asList(EvmDeals.PROVEN, null, ChainHistory.topic(host))))
        .map(data -> Payment.of(data.amount(1)))
        .reduce(Payment.NONE, Payment::plus);
  }

  /** The sum of what events have paid whose data begins with gross and fee. */
  private Payment paid(BlockRef block, AccountId contract, List<?> topics) {
    return payments(events(block, contract, topics))
        .map(data -> new Payment(data.amount(0), data.amount(1)))
        .reduce(Payment.NONE, Payment::plus);
  }

  private static Stream<Words> payments(List<ChainHistory.Event> events) {
    return events.stream().map(event -> Words.read(event.log().data(), 0));
  }

  private List<ChainHistory.Event> events(BlockRef block, AccountId contract, List<?> topics) {
    return history.events(block, Map.of("address", contract.text(), "topics", topics));
  }
}
