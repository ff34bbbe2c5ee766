package cloud.zansoc.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.HostBinding;
import cloud.zansoc.ledger.evm.EvmRegistry;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostAccount;
import cloud.zansoc.net.node.HostStatus;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a host name an account to be paid to only once its own key has signed for that account, as
 * the ledger's registry has it. Thread-safe.
 */
final class HostAccounts {
  private static final Logger LOG = LoggerFactory.getLogger(HostAccounts.class);

  private final Optional<LedgerNode> ledger;
  private final Map<PeerId, String> proven = new ConcurrentHashMap<>();

  /**
   * @param ledger none where the hub has none: then hosts have no accounts either
   */
  HostAccounts(Optional<LedgerNode> ledger) {
    this.ledger = ledger;
  }

  /**
   * What a host says of itself, without an account that it has not proven.
   *
   * @param host as it enrolled
   * @param order gives it the order {@link cloud.zansoc.net.node.Orders#ACCOUNT}
   */
  HostStatus checked(HostRecord host, HostStatus status, Supplier<byte[]> order) {
    Optional<String> account = status.compute().flatMap(ComputeOffer::account);
    if (account.isEmpty() || isProven(host, account.get(), order)) {
      return status;
    }
    return status.offering(status.compute().map(offer -> offer.paidTo(Optional.empty())));
  }

  private boolean isProven(HostRecord host, String account, Supplier<byte[]> order) {
    if (account.equals(proven.get(host.id()))) {
      return true;
    }
    if (ledger.isEmpty()) {
      return false;
    }
    try {
      HostAccount answer = Json.read(order.get(), HostAccount.class);
      boolean right = isBound(ledger.get(), host, account, answer);
      if (right) {
        proven.put(host.id(), account);
      } else {
        LOG.warn(
            "host {} names account {}, and its key has not signed for it",
            host.id().shortText(),
            account);
      }
      return right;
    } catch (ZansocException | IllegalArgumentException e) {
      LOG.info("host {} proves no account yet: {}", host.id().shortText(), e.getMessage());
      return false;
    }
  }

  private static boolean isBound(
      LedgerNode ledger, HostRecord host, String account, HostAccount answer) {
    if (!answer.account().equals(account)) {
      return false;
    }
    String key = "0x" + HexFormat.of().formatHex(host.registration().publicKey());
    byte[] message =
        EvmRegistry.bindingMessage(
            ledger.id().chain(), ledger.contracts().registry(), new AccountId(account));
    return new HostBinding(key, answer.signature()).isOf(message);
  }
}
