package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.image.ImagePush;
import cloud.zansoc.cli.image.StoredImages;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.client.DeploymentFile;
import cloud.zansoc.compute.client.SecretSource;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.engine.docker.BaseImage;
import cloud.zansoc.compute.engine.docker.DockerDaemon;
import cloud.zansoc.compute.engine.docker.DockerEngine;
import cloud.zansoc.compute.engine.docker.DockerSettings;
import cloud.zansoc.compute.image.ImageAccess;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.TestImages;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.images.HostImages;
import cloud.zansoc.host.images.ImageStorage;
import cloud.zansoc.host.images.ObjectImageStorage;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.storage.api.ShareView;
import cloud.zansoc.storage.client.TransferProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An image that is pushed into storage and run from there, over a hub and hosts that run as
 * processes and a real dockerd; the part of a host that fetches images runs here, with the host's
 * identity.
 */
final class ImageJourneyTest {
  private static final int HOSTS = 4;
  private static final ByteSize ROOM = ByteSize.ofGibibytes(4);
  private static final ByteSize NO_RESERVE = new ByteSize(0);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private RunningCloud cloud;
  private DockerEngine engine;

  @BeforeEach
  void open() {
    DockerDaemon daemon = DockerDaemon.shared();
    cloud = keep(RunningCloud.start(HOSTS));
    engine =
        keep(
            DockerEngine.connect(
                DockerSettings.of(
                    new PeerId(Digest.sha256(new byte[] {7})), Optional.of(daemon.address()))));
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  @Test
  void image_pushed_isFetchedOnceAndRunsWithoutARegistry() throws Exception {
    CommandLine ana = cloud.user("ana");
    Path archive = BaseImage.archive();
    ImagePush.Pushed pushed = ana.json(ImagePush.Pushed.class, "image", "push", archive.toString());
    assertThat(pushed.image()).matches("zs://images/zansoc/test:1@sha256:[0-9a-f]{64}");
    assertThat(pushed.sentBytes()).isEqualTo(pushed.bytes()).isPositive();
    ImagePush.Pushed again =
        ana.json(ImagePush.Pushed.class, "image", "push", archive.toString(), "zs://images/again");
    assertThat(again.sentBytes()).isZero();
    assertThat(ana.ok("image", "ls").out()).contains(pushed.image()).contains(again.image());
    int shares = ana.jsonList(ShareView.class, "share", "ls").size();
    String secret = secret("ana", "zs://images/zansoc/test:1");
    assertThat(secret).startsWith(pushed.image() + "#v1.");
    assertThat(secret("ana", pushed.image())).isEqualTo(secret);
    assertThat(ana.jsonList(ShareView.class, "share", "ls")).hasSize(shares + 1);

    Path folder = cloud.folder().resolve("host-images");
    CountedStorage storage = keep(new CountedStorage(storage(1)));
    HostImages images = images(folder, storage, ROOM);
    List<Future<String>> names = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        names.add(threads.submit(() -> images.fetch(secret, line -> {})));
      }
    }
    String local = names.getFirst().get();
    for (Future<String> name : names) {
      assertThat(name.get()).isEqualTo(local);
    }
    assertThat(storage.fetched).hasValue(2); // A configuration and a layer.
    InstanceId id = new InstanceId(8, 8);
    engine.create(Specs.of(id, local, "sleep", "infinity"), Map.of());
    engine.start(id);
    assertThat(engine.find(id).orElseThrow().state()).isEqualTo(EngineInstance.State.RUNNING);

    HostImages.removeAll(folder, engine);
    assertThat(engine.hasImage(local)).isTrue(); // An instance is made of it.
    engine.remove(id);
    HostImages.removeAll(folder, engine);
    assertThat(engine.hasImage(local)).isFalse();

    ana.ok("image", "rm", pushed.image());
    assertThat(ana.ok("image", "ls").out()).contains(again.image()).doesNotContain(pushed.image());
    ZansocException gone = refusal(images, secret);
    assertThat(gone.code()).isIn(ErrorCode.GONE, ErrorCode.NOT_FOUND);
    String local2 = images.fetch(secret("ana", again.image()), line -> {});
    assertThat(engine.hasImage(local2)).isTrue();
    HostImages.removeAll(folder, engine);
    ana.ok("image", "rm", "zs://images/again");
    assertThat(ana.ok("ls", "-r", "zs://images/").out()).doesNotContain("blobs");
    ana.fails(4, List.of("is not in storage"), "image", "rm", "zs://images/again");
  }

  @Test
  void image_changedOrTooLarge_isRefused() throws Exception {
    CommandLine ana = cloud.user("ana");
    Path small = TestImages.saved(cloud.folder(), "test/small:1", TestImages.layer("srv/a", "one"));
    Path other = TestImages.saved(cloud.folder(), "test/other:1", TestImages.layer("srv/a", "two"));
    ana.ok("image", "push", other.toString());
    String secret = secret("ana", "zs://images/test/other:1");
    ImageReference lie =
        ImageReference.parse(secret)
            .withDigest(Digest.sha256(new byte[0]))
            .withAccess(ImageReference.parse(secret).access().orElseThrow());
    HostImages images = images(cloud.folder().resolve("host-images"), storage(2), ROOM);
    assertThat(refusal(images, lie.secretText())).hasMessageContaining("push it again");

    ana.ok("image", "push", small.toString());
    HostImages full = images(cloud.folder().resolve("full-images"), storage(3), new ByteSize(200));
    ZansocException noSpace = refusal(full, secret("ana", "zs://images/test/small:1"));
    assertThat(noSpace.code()).isEqualTo(ErrorCode.NO_SPACE);
    assertThat(noSpace).hasMessageContaining("compute.images");

    Path text = Files.writeString(cloud.folder().resolve("text.tar"), "no image");
    ana.fails(2, List.of("holds no image"), "image", "push", text.toString());
    ana.fails(2, List.of("zs://images/web"), "image", "push", small.toString(), "zs://images/Web");
    ana.fails(4, List.of("zansoc image ls"), "deploy", "--image=zs://images/none", "--name=x");
    CommandLine ben = cloud.user("ben");
    ben.fails(4, List.of("is not in storage"), "image", "rm", "zs://images/test/small:1");
    assertThat(ben.ok("image", "ls").out()).doesNotContain("small");
  }

  @Test
  void images_moreThanThereIsRoomFor_giveWayInDocker() throws Exception {
    CommandLine ana = cloud.user("ana");
    List<String> secrets = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path archive =
          TestImages.saved(
              cloud.folder(),
              "test/image-" + i + ":1",
              TestImages.layer("srv/" + i, ("" + i).repeat(100_000)));
      ana.ok("image", "push", archive.toString());
      secrets.add(secret("ana", "zs://images/test/image-" + i + ":1"));
    }
    HostImages images =
        images(cloud.folder().resolve("host-images"), storage(1), new ByteSize(250_000));
    String first = images.fetch(secrets.get(0), line -> {});
    String second = images.fetch(secrets.get(1), line -> {});
    images.keep(Set.of(secrets.get(0)));
    images.keep(Set.of(secrets.get(0)));
    String third = images.fetch(secrets.get(2), line -> {});
    assertThat(engine.hasImage(first)).isTrue();
    assertThat(engine.hasImage(second)).isFalse();
    assertThat(engine.hasImage(third)).isTrue();
    HostImages.removeAll(cloud.folder().resolve("host-images"), engine);
  }

  private static ZansocException refusal(HostImages images, String image) {
    return catchThrowableOfType(ZansocException.class, () -> images.fetch(image, line -> {}));
  }

  /** What 'zansoc deploy' sends for an image. */
  private String secret(String user, String image) {
    DeploymentSpec spec =
        DeploymentFile.parse(
            "test", "name: web\nimage: " + image, new SecretSource(Map.of(), Path.of("")));
    Profile profile = new Profile(cloud.folder().resolve("profile-" + user));
    try (Session session = Session.open(profile)) {
      return new StoredImages(session.storage())
          .withAccess(spec).services().stream().map(ServiceSpec::image).findFirst().orElseThrow();
    }
  }

  private HostImages images(Path folder, ImageStorage storage, ByteSize most) {
    return keep(
        new HostImages(
            folder,
            engine,
            storage,
            new HostImages.Bounds(most, NO_RESERVE),
            InstantSource.system()));
  }

  private ImageStorage storage(int number) {
    HostFolder folder = new HostFolder(cloud.cloud().hostFolder(number));
    HostConfiguration.Hub hub = HostConfigurationFile.read(folder.configuration()).hub();
    Identity identity = Identity.loadOrCreate(folder.identity());
    ApiClient api = keep(new ApiClient(identity, hub.id(), hub.api(), ApiClient.Patience.SHORT));
    BlockDialer dialer = keep(new NettyBlockDialer(keep(new PeerTransport(identity))));
    return new ObjectImageStorage(
        () -> api, dialer, new BlockDialer.Relay(hub.id(), hub.peer()), folder.images());
  }

  /** Counts the blobs that are fetched. */
  private static final class CountedStorage implements ImageStorage {
    private final ImageStorage storage;
    private final AtomicInteger fetched = new AtomicInteger();

    CountedStorage(ImageStorage storage) {
      this.storage = storage;
    }

    @Override
    public byte[] read(ImageAccess access, long mostBytes) {
      return storage.read(access, mostBytes);
    }

    @Override
    public void fetch(ImageAccess access, long bytes, Path file, TransferProgress progress) {
      fetched.incrementAndGet();
      storage.fetch(access, bytes, file, progress);
    }

    @Override
    public void close() {
      storage.close();
    }
  }
}
