package cloud.zansoc.cli.storage;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.storage.client.ByteRange;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.ObjectReader;
import cloud.zansoc.storage.client.TransferProgress;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an object, or a part of it, to standard output. */
@Command(
    name = "cat",
    description = "Write an object, or a range of its bytes, to standard output.")
public final class CatCommand extends ClientCommand {
  @Parameters(paramLabel = "zs://BUCKET/KEY", description = "Which object; or the link of a share.")
  private String source;

  @Option(
      names = "--range",
      paramLabel = "FROM-TO",
      description = "Which bytes: 0-99 (both included), 100- or -100 (the last 100).")
  private Optional<String> range = Optional.empty();

  @Option(names = "--version", paramLabel = "ID", description = "An earlier version.")
  private Optional<String> version = Optional.empty();

  @Override
  protected void run(Session session, Output output) {
    if (SharedObject.isLink(source)) {
      try (SharedObject shared = new SharedObject(session, source)) {
        write(shared.open(), output);
      }
    } else {
      write(session.storage().open(ObjectAddress.parse(source), version), output);
    }
  }

  /**
   * With --json the bytes go to standard output all the same, and the result to the error output.
   */
  private void write(ObjectReader object, Output output) {
    long size = object.object().size();
    ByteRange bytes = range.map(text -> ByteRange.parse(text, size)).orElse(ByteRange.ALL);
    // Not closed: standard output is not this command's.
    WritableByteChannel out = Channels.newChannel(output.terminal().out());
    object.copyTo(bytes, out, TransferProgress.NONE);
    output.terminal().out().flush();
    if (output.isJson()) {
      output.note(
          new String(
              Json.write(Map.of("bytes", bytes.within(size).length())), StandardCharsets.UTF_8));
    }
  }
}
