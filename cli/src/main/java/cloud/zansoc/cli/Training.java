package cloud.zansoc.cli;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.local.LocalCloud;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.http.HttpServer;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Route;
import cloud.zansoc.net.http.Router;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.WhoAmI;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.VersionView;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The run that the launcher records into the JDK's AOT cache when it builds: the commands that must
 * feel instant, against a hub's API with one bucket in it.
 */
final class Training {
  private Training() {}

  /** Runs the training named by the argument, plain or blocks; exits with 1 where a step fails. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("zansoc-training-");
    boolean done;
    try {
      if (arguments[0].equals("blocks")) {
        BlockTraining.run(folder);
        done = true;
      } else {
        done = plain(folder);
      }
    } finally {
      LocalCloud.deleteTree(folder);
    }
    System.exit(done ? 0 : 1);
  }

  private static boolean plain(Path folder) {
    Identity hub = Identity.create(new SecureRandom());
    HttpServer.Service service =
        new HttpServer.Service(
            new Router(routes()),
            peer -> true,
            HttpLimits.DEFAULT,
            (method, template, status, nanos) -> {});
    try (HttpServer server =
        new HttpServer(hub, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service)) {
      server.start();
      Profile profile = new Profile(folder);
      HostAddress address = new HostAddress("127.0.0.1", server.port());
      profile.writeHub(new Profile.Hub(hub.id(), address, address));
      String option = "--profile=" + folder;
      int failures = run("--version") + run("--help") + run("whoami", option);
      failures += run("ls", option) + run("ls", "zs://training", option);
      return failures + run("ls", "--json", option) == 0;
    }
  }

  private static int run(String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return Main.run(new Terminal(nowhere, System.err, OptionalInt.empty()), arguments);
  }

  private static List<Route> routes() {
    BucketView bucket = new BucketView("training", "id", Instant.EPOCH, 1, new ByteSize(1), 1, 1);
    VersionView version =
        new VersionView("training", "key", "v", 1, "root", Instant.EPOCH, true, false);
    WhoAmI me =
        new WhoAmI(
            Identity.create(new SecureRandom()).id(),
            "training",
            Role.CLIENT,
            Optional.of("tenant"),
            Optional.empty(),
            new ByteSize(0));
    return List.of(
        new Route("GET", "/v1/whoami", request -> Reply.ok(me)),
        new Route("GET", "/v1/buckets", request -> Reply.ok(List.of(bucket))),
        new Route("GET", "/v1/buckets/{bucket}", request -> Reply.ok(bucket)),
        new Route(
            "GET",
            "/v1/buckets/{bucket}/objects",
            request -> Reply.ok(new Listing(List.of(version), List.of(), Optional.empty()))));
  }
}
