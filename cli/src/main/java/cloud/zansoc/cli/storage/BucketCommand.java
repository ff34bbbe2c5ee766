package cloud.zansoc.cli.storage;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.client.ObjectAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Buckets. */
@Command(
    name = "bucket",
    description = "Make, list and remove buckets.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BucketCommand.Create.class, BucketCommand.Ls.class, BucketCommand.Rm.class})
public final class BucketCommand {
  @Command(name = "create", description = "Make a bucket.")
  static final class Create extends ClientCommand {
    @Parameters(paramLabel = "BUCKET", description = "Its name: 3 to 63 of a-z, 0-9, '.' and '-'.")
    private String name;

    @Option(
        names = "--scheme",
        paramLabel = "K/N",
        description = "Redundancy: any K of N hosts restore the data (default: the hub's).")
    private Optional<String> scheme = Optional.empty();

    @Override
    protected void run(Session session, Output output) {
      Optional<Integer> k = Optional.empty();
      Optional<Integer> n = Optional.empty();
      if (scheme.isPresent()) {
        String[] numbers = scheme.get().split("/", -1);
        k = Optional.of(number(numbers, 0));
        n = Optional.of(number(numbers, 1));
      }
      BucketView bucket = session.storageHub().createBucket(bucketName(name), k, n);
      output.result(
          bucket,
          "Bucket %s: %d of %d, any %d hosts restore the data."
              .formatted(bucket.name(), bucket.k(), bucket.n(), bucket.k()));
    }

    private int number(String[] numbers, int index) {
      try {
        if (numbers.length == 2) {
          return Integer.parseInt(numbers[index].strip());
        }
      } catch (NumberFormatException e) {
        throw notScheme(e);
      }
      throw notScheme(new IllegalArgumentException());
    }

    private ZansocException notScheme(RuntimeException cause) {
      return new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'" + scheme.orElse("") + "' is not a scheme; write for example --scheme 6/12",
          cause);
    }
  }

  @Command(name = "ls", description = "List your buckets.")
  static final class Ls extends ClientCommand {
    @Override
    protected void run(Session session, Output output) {
      print(session.storageHub().buckets(), output);
    }
  }

  @Command(name = "rm", description = "Remove an empty bucket.")
  static final class Rm extends ClientCommand {
    @Parameters(paramLabel = "BUCKET", description = "Its name.")
    private String name;

    @Override
    protected void run(Session session, Output output) {
      session.storageHub().removeBucket(bucketName(name));
      output.result(Map.of("removed", name), "Bucket " + name + " is removed.");
    }
  }

  /** Accepts {@code zs://name} too. */
  private static String bucketName(String text) {
    return ObjectAddress.isAddress(text)
        ? ObjectAddress.parse(text).bucket()
        : new BucketName(text).text();
  }

  static void print(List<BucketView> buckets, Output output) {
    if (output.isJson()) {
      output.json(buckets);
      return;
    }
    output.table(
        List.of("BUCKET", ">OBJECTS", ">SIZE", "SCHEME", "CREATED"),
        buckets.stream()
            .map(bucket ->
                List.of(
                    bucket.name(),
                    Long.toString(bucket.objects()),
                    bucket.bytes().toString(),
                    bucket.k() + " of " + bucket.n(),
                    Times.text(bucket.created())))
            .toList());
  }
}
