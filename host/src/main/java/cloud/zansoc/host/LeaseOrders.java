package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.host.UsageSigner;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.HostStatus;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** The orders about money, and the account that leases pay to. Thread-safe. */
final class LeaseOrders implements AutoCloseable {
  private final HostLedger ledger;
  private final OfferSigner signer;
  private final UsageSigner usage;

  /**
   * @param hub opens its API
   */
  LeaseOrders(
      HostFolder folder,
      Identity identity,
      HostConfiguration.Compute lent,
      Supplier<ApiClient> hub) {
    this.ledger = new HostLedger(folder.path(), identity, lent.chain(), hub);
    this.signer =
        new OfferSigner(
            ledger.key(),
            ledger,
            () -> prices(folder),
            new OfferBook(folder.offers()),
            Clock.systemUTC());
    HostConfiguration.Hub its = HostConfigurationFile.read(folder.configuration()).hub();
    this.usage =
        new UsageSigner(
            identity.id(), identity.signingKey(), its.id(), Ed25519.publicKey(its.publicKey()));
  }

  private static ComputeOffer.Prices prices(HostFolder folder) {
    return HostConfigurationFile.read(folder.configuration())
        .compute()
        .map(HostConfiguration.Compute::prices)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.UNSUPPORTED, "this host lends no computing any more: use another host"));
  }

  /** Signs what is asked for. */
  byte[] offer(byte[] body) {
    return Json.write(signer.sign(Json.read(body, OfferRequest.class)));
  }

  /** Who signs receipts of usage. */
  UsageSigner signer() {
    return usage;
  }

  /** Says which account is this host's. */
  byte[] account() {
    return Json.write(ledger.account());
  }

  /** The same status, with the account to pay to. */
  HostStatus named(HostStatus status) {
    Optional<String> account = Optional.of(ledger.key().account().text());
    return status.offering(status.compute().map(offer -> offer.paidTo(account)));
  }

  @Override
  public void close() {
    ledger.close();
  }
}
