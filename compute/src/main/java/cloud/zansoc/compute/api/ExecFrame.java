package cloud.zansoc.compute.api;

/**
 * One thing said on the stream of a command: {@link Stdin}, {@link EndOfStdin} and {@link Resize}
 * by the hub, {@link Stdout}, {@link Stderr} and, last of all, {@link Exit} by the host.
 * docs/format/instance-streams.md.
 */
public sealed interface ExecFrame {
  /** The most bytes that one frame carries. */
  int MAX_PAYLOAD_BYTES = 64 << 10;

  /** Input for the command. */
  record Stdin(byte[] bytes) implements ExecFrame {}

  /** What the command wrote; both its outputs where it has a terminal. */
  record Stdout(byte[] bytes) implements ExecFrame {}

  /** What the command wrote to its error output. */
  record Stderr(byte[] bytes) implements ExecFrame {}

  /** The terminal has another size now. */
  record Resize(TerminalSize size) implements ExecFrame {}

  /** The command has ended, and everything that it wrote came before. */
  record Exit(int code) implements ExecFrame {}

  /** No more input comes. */
  record EndOfStdin() implements ExecFrame {}
}
