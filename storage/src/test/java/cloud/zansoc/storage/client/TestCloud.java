package cloud.zansoc.storage.client;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.crypto.RootKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/** A client, a hub and hosts in memory, all from one seed that is printed. */
final class TestCloud implements AutoCloseable {
  static final TransferLimits LIMITS =
      new TransferLimits(
          ByteSize.ofMebibytes(64),
          2,
          Duration.ofMillis(1500),
          Duration.ofMillis(200),
          Duration.ofMillis(800));

  final Random random;
  final MemoryHosts hosts;
  final MemoryStorageHub hub;
  final PeerId clientId;
  final RootKey root;
  final StorageClient client;
  private final Path journals;

  TestCloud(long seed, int hostCount, Path journals) {
    System.out.println("seed " + seed);
    this.random = new Random(seed);
    this.hosts = new MemoryHosts(hostCount, random);
    this.clientId = PeerId.ofPublicKey(Ed25519.rawPublicKey(MemoryHosts.keys(random).getPublic()));
    this.hub = new MemoryStorageHub(hosts, clientId, random);
    this.root = RootKey.random(random);
    this.journals = journals;
    this.client = anotherClient(root);
  }

  /** A client of the same identity with its own memory, as a new process would be. */
  StorageClient anotherClient(RootKey key) {
    return new StorageClient(hub, hosts.dialer(clientId, hub), key, journals, LIMITS);
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  Path file(Path folder, String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  String put(ObjectAddress address, byte[] content) {
    return client
        .put(
            NewObject.binary(address, Instant.EPOCH),
            new ByteArrayInputStream(content),
            TransferProgress.NONE)
        .versionId();
  }

  byte[] get(ObjectAddress address) {
    return read(client.open(address, Optional.empty()), ByteRange.ALL);
  }

  /** The SHA-256 of what is read, without holding it. */
  Digest digest(ObjectAddress address) {
    MessageDigest digest = Digest.newSha256();
    client
        .open(address, Optional.empty())
        .copyTo(
            ByteRange.ALL,
            Channels.newChannel(new DigestOutputStream(OutputStream.nullOutputStream(), digest)),
            TransferProgress.NONE);
    return Digest.of(digest.digest());
  }

  static byte[] read(ObjectReader reader, ByteRange range) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    reader.copyTo(range, Channels.newChannel(out), TransferProgress.NONE);
    return out.toByteArray();
  }

  @Override
  public void close() {
    client.close();
  }
}
