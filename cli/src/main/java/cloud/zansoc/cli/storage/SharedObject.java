package cloud.zansoc.cli.storage;

import cloud.zansoc.cli.BlockTransport;
import cloud.zansoc.cli.Session;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.codec.format.ShareLink;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.storage.client.HttpStorageHub;
import cloud.zansoc.storage.client.ObjectReader;
import cloud.zansoc.storage.client.StorageClient;
import java.security.SecureRandom;

/** What a share's link opens, on whichever hub it names; the link's key is the only one used. */
final class SharedObject implements AutoCloseable {
  private final ApiClient api;
  private final BlockTransport transport;
  private final StorageClient client;
  private final ShareLink link;

  SharedObject(Session session, String text) {
    this.link = ShareLink.parse(text);
    HostAddress address = new HostAddress(link.host(), link.port());
    this.api = new ApiClient(session.identity(), link.hub(), address, ApiClient.Patience.LONG);
    this.transport = new BlockTransport(session.identity());
    // A share needs no root key; one that is forgotten afterwards takes its place.
    this.client =
        transport.client(
            new HttpStorageHub(api, this::relay),
            RootKey.random(new SecureRandom()),
            session.profile().uploads());
  }

  /** Whether {@code text} is meant to be a link. */
  static boolean isLink(String text) {
    return text.startsWith("https://");
  }

  ObjectReader open() {
    return client.openShare(link.share(), link.key());
  }

  StorageClient client() {
    return client;
  }

  private BlockDialer.Relay relay() {
    HubView hub = api.call(ApiCall.get("/v1/hub"), HubView.class);
    return new BlockDialer.Relay(hub.id(), hub.peerAddress());
  }

  @Override
  public void close() {
    client.close();
    transport.close();
    api.close();
  }
}
