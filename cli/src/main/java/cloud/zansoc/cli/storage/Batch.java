package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.storage.client.BatchListener;
import cloud.zansoc.storage.client.ObjectAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Counts what becomes of many files, shows the progress, and says at the end what failed. */
final class Batch implements BatchListener, AutoCloseable {
  private final Output output;
  private final ProgressBar bar;
  // Guarded by this.
  private final List<Failure> failures = new ArrayList<>();
  private int done;

  Batch(Output output, long totalBytes) {
    this.output = output;
    this.bar = new ProgressBar(output, OptionalLong.of(totalBytes));
  }

  /** A file that failed. */
  record Failure(String file, String object, ErrorCode code, String message) {}

  /** What is printed as JSON. */
  record Result(int files, long bytes, List<Failure> failed) {}

  @Override
  public void moved(long bytes) {
    bar.moved(bytes);
  }

  @Override
  public synchronized void done(Path file, ObjectAddress address) {
    done++;
  }

  @Override
  public synchronized void failed(Path file, ObjectAddress address, ZansocException failure) {
    failures.add(
        new Failure(
            file.toString(),
            address.toString(),
            failure.code(),
            String.valueOf(failure.getMessage())));
  }

  /**
   * Prints the result.
   *
   * @throws ZansocException with the code of the first failure, where there was one
   */
  synchronized void report(String verb) {
    bar.close();
    Result result = new Result(done, bar.bytes(), failures);
    output.result(result, "%d files %s, %s".formatted(done, verb, new ByteSize(bar.bytes())));
    if (!failures.isEmpty()) {
      failures.forEach(failure -> output.note("zansoc: " + failure.message()));
      throw new ZansocException(
          failures.getFirst().code(),
          "%d of %d files failed: the same command again does them"
              .formatted(failures.size(), failures.size() + done));
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
