package cloud.zansoc.compute.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames there and back, and what is no frame. */
final class ExecFramesTest {
  private static final int ROUNDS = 300;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final ExecFrames.Writer writer = new ExecFrames.Writer(written);

  @Test
  void frames_ofEachType_haveTheBytesOfThePage() throws IOException {
    writer.stdin(new byte[] {0x41, 0x42}, 0, 2);
    writer.stdout(new byte[] {0x43}, 0, 1);
    writer.stderr(new byte[] {0, 0x44, 0}, 1, 1);
    writer.resize(new TerminalSize(65_535, 24));
    writer.endOfStdin();
    writer.exit(-2);

    assertThat(HexFormat.of().formatHex(written.toByteArray()))
        .isEqualTo(
            "00000000024142"
                + "010000000143"
                + "020000000144"
                + "0300000004ffff0018"
                + "0500000000"
                + "0400000004fffffffe");
  }

  @Test
  void frames_ofRandomSequences_comeBackAsWritten() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      written.reset();
      List<String> expected = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        writeOne(random, expected);
      }
      assertThat(readAll(written.toByteArray())).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void write_moreThanAFrameCarries_isCut() throws IOException {
    byte[] bytes = new byte[2 * ExecFrame.MAX_PAYLOAD_BYTES + 7];
    new Random(7).nextBytes(bytes);

    writer.stdout(bytes, 0, bytes.length);

    ExecFrames.Reader reader = reader(written.toByteArray());
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int frames = 0;
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      read.writeBytes(((ExecFrame.Stdout) frame.get()).bytes());
      frames++;
    }
    assertThat(frames).isEqualTo(3);
    assertThat(read.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void write_byManyThreads_cutsNoFrame() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] own = new byte[1000];
      Arrays.fill(own, (byte) i);
      threads.add(Thread.ofVirtual().start(() -> writeOften(own)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    ExecFrames.Reader reader = reader(written.toByteArray());
    int frames = 0;
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      byte[] bytes = ((ExecFrame.Stderr) frame.get()).bytes();
      byte[] alike = new byte[1000];
      Arrays.fill(alike, bytes[0]);
      assertThat(bytes).isEqualTo(alike);
      frames++;
    }
    assertThat(frames).isEqualTo(400);
  }

  @Test
  void read_cutAnywhere_saysSo() throws IOException {
    writer.stdin(new byte[] {1, 2, 3}, 0, 3);
    byte[] whole = written.toByteArray();
    assertThat(reader(new byte[0]).next()).isEmpty();
    for (int length = 1; length < whole.length; length++) {
      ExecFrames.Reader reader = reader(Arrays.copyOf(whole, length));
      assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void read_whatIsNoFrame_refused() {
    for (String bytes :
        List.of(
            "0600000000", // no such type
            "ff00000000",
            "0000010001", // too long
            "01ffffffff",
            "03000000020000", // a resize of two bytes
            "040000000500000000",
            "050000000100",
            "030000000400000018")) { // no columns
      ExecFrames.Reader reader = reader(HexFormat.of().parseHex(bytes));
      assertThatThrownBy(reader::next)
          .as(bytes)
          .isInstanceOfSatisfying(
              ZansocException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }

  private void writeOften(byte[] bytes) {
    try {
      for (int i = 0; i < 100; i++) {
        writer.stderr(bytes, 0, bytes.length);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeOne(Random random, List<String> expected) throws IOException {
    byte[] bytes = new byte[1 + random.nextInt(3000)];
    random.nextBytes(bytes);
    switch (random.nextInt(6)) {
      case 0 -> {
        writer.stdin(bytes, 0, bytes.length);
        expected.add("in " + HexFormat.of().formatHex(bytes));
      }
      case 1 -> {
        writer.stdout(bytes, 0, bytes.length);
        expected.add("out " + HexFormat.of().formatHex(bytes));
      }
      case 2 -> {
        writer.stderr(bytes, 0, bytes.length);
        expected.add("err " + HexFormat.of().formatHex(bytes));
      }
      case 3 -> {
        TerminalSize size =
            new TerminalSize(
                1 + random.nextInt(TerminalSize.MOST), 1 + random.nextInt(TerminalSize.MOST));
        writer.resize(size);
        expected.add(size.toString());
      }
      case 4 -> {
        int code = random.nextInt();
        writer.exit(code);
        expected.add("exit " + code);
      }
      default -> {
        writer.endOfStdin();
        expected.add("end");
      }
    }
  }

  private static List<String> readAll(byte[] bytes) throws IOException {
    List<String> texts = new ArrayList<>();
    ExecFrames.Reader reader = reader(bytes);
    for (Optional<ExecFrame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      texts.add(
          switch (frame.get()) {
            case ExecFrame.Stdin stdin -> "in " + HexFormat.of().formatHex(stdin.bytes());
            case ExecFrame.Stdout stdout -> "out " + HexFormat.of().formatHex(stdout.bytes());
            case ExecFrame.Stderr stderr -> "err " + HexFormat.of().formatHex(stderr.bytes());
            case ExecFrame.Resize resize -> resize.size().toString();
            case ExecFrame.Exit exit -> "exit " + exit.code();
            case ExecFrame.EndOfStdin _ -> "end";
          });
    }
    return texts;
  }

  private static ExecFrames.Reader reader(byte[] bytes) {
    return new ExecFrames.Reader(new ByteArrayInputStream(bytes));
  }
}
