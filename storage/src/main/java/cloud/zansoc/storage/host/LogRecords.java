package cloud.zansoc.storage.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists the records of a log file, from its summary and, behind what that covers, from itself. */
final class LogRecords {
  private LogRecords() {}

  /** The durable records of file {@code number}, in the order of the log. */
  static List<LogRecord> of(BlockStore store, int number) throws IOException {
    List<LogRecord> records = new ArrayList<>();
    Optional<LogSummary.Loaded> loaded = LogSummary.read(store.disk(), number);
    loaded.ifPresent(summary -> records.addAll(summary.summary().list()));
    try (Disk.File file = store.disk().open(LogFile.name(number))) {
      Optional<LogFile> header =
          loaded.isPresent()
              ? Optional.of(loaded.get().summary().file())
              : LogFile.read(file, number);
      if (header.isPresent()) {
        long from = loaded.map(LogSummary.Loaded::covered).orElse((long) LogFile.HEADER_BYTES);
        records.addAll(
            LogScan.scan(file, header.get(), from, store.files().size(number)).records());
      }
    }
    return records;
  }
}
