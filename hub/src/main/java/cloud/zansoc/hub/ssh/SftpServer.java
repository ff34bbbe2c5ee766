package cloud.zansoc.hub.ssh;

import static cloud.zansoc.hub.ssh.InstanceShell.bytes;
import static cloud.zansoc.hub.ssh.InstanceShell.text;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The server's side of SFTP version 3 (draft-ietf-secsh-filexfer-02) over an instance's files, with
 * those extensions of OpenSSH's that its clients use. Requests are answered in their order.
 */
final class SftpServer {
  private static final int VERSION = 3;
  private static final int MOST_PACKET_BYTES = 256 << 10;
  private static final int MOST_DATA_BYTES = MOST_PACKET_BYTES - 1024;
  private static final int MOST_HANDLES = 64;
  private static final int ENTRIES_AT_ONCE = 100;
  private static final int ANSWER_BYTES = 4096;

  private static final int HAS_SIZE = 1;
  private static final int HAS_OWNER = 2;
  private static final int HAS_MODE = 4;
  private static final int HAS_TIMES = 8;

  private static final int OPEN_READ = 1;
  private static final int OPEN_WRITE = 2;
  private static final int OPEN_APPEND = 4;
  private static final int OPEN_CREATE = 8;
  private static final int OPEN_TRUNCATE = 16;
  private static final int OPEN_EXCLUSIVE = 32;

  private final ShellFiles files;
  private final Clock clock;
  private final Map<Integer, Handle> handles = new HashMap<>();
  private String home = "/";
  private int nextHandle;

  /** What a client has open. */
  private sealed interface Handle {
    record OfFolder(String path, Iterator<Map.Entry<String, FileAttributes>> left)
        implements Handle {}

    record OfReading(String path, ShellFiles.Reading file) implements Handle {}

    record OfWriting(String path, ShellFiles.Writing file) implements Handle {}
  }

  SftpServer(ShellFiles files, Clock clock) {
    this.files = files;
    this.clock = clock;
  }

  /** Serves requests to the end of {@code in}. */
  void serve(InputStream in, OutputStream out) throws IOException {
    DataInputStream packets = new DataInputStream(in);
    try {
      home = files.home();
      while (true) {
        int length = packets.readInt();
        if (length < 5 || length > MOST_PACKET_BYTES) {
          throw new IOException("a packet of SFTP has %d bytes".formatted(length));
        }
        byte[] packet = new byte[length];
        packets.readFully(packet);
        ByteBuffer answer = answer(ByteBuffer.wrap(packet));
        out.write(answer.array(), 0, answer.position());
        if (in.available() == 0) {
          out.flush();
        }
      }
    } catch (EOFException e) {
      // The client has said all that it wanted to.
    } catch (SftpFailure e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      closeAll();
    }
  }

  private void closeAll() {
    for (Handle handle : handles.values()) {
      if (handle instanceof Handle.OfReading reading) {
        reading.file().close();
      }
    }
    handles.clear();
  }

  private ByteBuffer answer(ByteBuffer request) throws IOException {
    int type = request.get();
    int id = request.getInt();
    if (type == 1) {
      return version();
    }
    try {
      return switch (type) {
        case 3 -> open(id, request);
        case 4 -> close(id, request);
        case 5 -> read(id, request);
        case 6 -> write(id, request);
        case 7 -> attributes(id, files.attributes(path(request), false));
        case 8 -> attributes(id, files.attributes(pathOf(handle(request)), true));
        case 9 -> change(id, path(request), request);
        case 10 -> changeOpen(id, request);
        case 11 -> openFolder(id, request);
        case 12 -> readFolder(id, request);
        case 13 -> remove(id, request);
        case 14 -> makeFolder(id, request);
        case 15 -> removeFolder(id, request);
        case 16 -> name(id, files.realPath(path(request)));
        case 17 -> attributes(id, files.attributes(path(request), true));
        case 18 -> rename(id, request, false);
        case 19 -> name(id, files.target(path(request)));
        case 20 -> link(id, request, true);
        case 200 - 256 -> extended(id, request);
        default -> throw unsupported("request " + Byte.toUnsignedInt((byte) type));
      };
    } catch (SftpFailure e) {
      return status(id, e.status(), String.valueOf(e.getMessage()));
    } catch (BufferUnderflowException e) {
      return status(id, SftpFailure.BAD_MESSAGE, "the request is cut off");
    }
  }

  private ByteBuffer open(int id, ByteBuffer request) throws IOException, SftpFailure {
    String path = path(request);
    int flags = request.getInt();
    String mode = mode(request, "644");
    requireRoom();
    if ((flags & OPEN_WRITE) == 0) {
      return handle(id, new Handle.OfReading(path, files.read(path)));
    }
    if ((flags & OPEN_READ) != 0) {
      throw unsupported("reading and writing a file at once");
    }
    boolean creates = (flags & OPEN_CREATE) != 0;
    boolean appends = (flags & OPEN_APPEND) != 0;
    String how = (flags & OPEN_TRUNCATE) == 0 ? ": >> %s" : ": > %s";
    if (creates && (flags & OPEN_EXCLUSIVE) != 0) {
      how = "set -C; : > %s";
    } else if (!creates) {
      files.attributes(path, true);
    }
    return handle(id, new Handle.OfWriting(path, files.write(path, how, appends, mode)));
  }

  private ByteBuffer close(int id, ByteBuffer request) throws IOException, SftpFailure {
    int number = number(request);
    switch (handle(number)) {
      case Handle.OfFolder _ -> handles.remove(number);
      case Handle.OfReading reading -> {
        handles.remove(number);
        reading.file().close();
      }
      case Handle.OfWriting writing -> {
        handles.remove(number);
        writing.file().close();
      }
    }
    return done(id);
  }

  private ByteBuffer read(int id, ByteBuffer request) throws IOException, SftpFailure {
    if (!(handle(request) instanceof Handle.OfReading reading)) {
      throw new SftpFailure(SftpFailure.FAILURE, "the file is not open for reading");
    }
    long offset = request.getLong();
    int count = Math.clamp(Integer.toUnsignedLong(request.getInt()), 0, MOST_DATA_BYTES);
    byte[] bytes = reading.file().read(Math.max(0, offset), count);
    if (bytes.length == 0 && count > 0) {
      throw new SftpFailure(SftpFailure.END_OF_FILE, "end of file");
    }
    ByteBuffer answer = begin(103, id, bytes.length + Integer.BYTES);
    return end(answer.putInt(bytes.length).put(bytes));
  }

  private ByteBuffer write(int id, ByteBuffer request) throws IOException, SftpFailure {
    if (!(handle(request) instanceof Handle.OfWriting writing)) {
      throw new SftpFailure(SftpFailure.FAILURE, "the file is not open for writing");
    }
    long offset = request.getLong();
    writing.file().write(offset, string(request));
    return done(id);
  }

  private ByteBuffer changeOpen(int id, ByteBuffer request) throws IOException, SftpFailure {
    Handle handle = handle(request);
    if (handle instanceof Handle.OfWriting writing) {
      writing.file().flush();
    }
    return change(id, pathOf(handle), request);
  }

  private ByteBuffer change(int id, String path, ByteBuffer request)
      throws IOException, SftpFailure {
    int flags = request.getInt();
    List<String> commands = new ArrayList<>();
    if ((flags & HAS_SIZE) != 0) {
      commands.add("truncate -s " + Long.toUnsignedString(request.getLong()));
    }
    if ((flags & HAS_OWNER) != 0) {
      commands.add(
          "chown %s:%s"
              .formatted(
                  Integer.toUnsignedString(request.getInt()),
                  Integer.toUnsignedString(request.getInt())));
    }
    if ((flags & HAS_MODE) != 0) {
      commands.add("chmod " + Integer.toOctalString(request.getInt() & 07777));
    }
    if ((flags & HAS_TIMES) != 0) {
      commands.add("touch -a -d @" + Integer.toUnsignedString(request.getInt()));
      commands.add("touch -m -d @" + Integer.toUnsignedString(request.getInt()));
    }
    files.change(path, commands);
    return done(id);
  }

  private ByteBuffer openFolder(int id, ByteBuffer request) throws IOException, SftpFailure {
    String path = path(request);
    requireRoom();
    return handle(id, new Handle.OfFolder(path, files.list(path).entrySet().iterator()));
  }

  private ByteBuffer readFolder(int id, ByteBuffer request) throws SftpFailure {
    if (!(handle(request) instanceof Handle.OfFolder folder)) {
      throw new SftpFailure(SftpFailure.FAILURE, "no folder is open");
    }
    if (!folder.left().hasNext()) {
      throw new SftpFailure(SftpFailure.END_OF_FILE, "end of the folder");
    }
    List<Map.Entry<String, FileAttributes>> some = new ArrayList<>();
    int length = Integer.BYTES;
    while (folder.left().hasNext() && some.size() < ENTRIES_AT_ONCE) {
      some.add(folder.left().next());
      length += 2 * some.getLast().getKey().length() + 256;
    }
    ByteBuffer answer = begin(104, id, length).putInt(some.size());
    for (Map.Entry<String, FileAttributes> entry : some) {
      putText(answer, entry.getKey());
      putText(answer, entry.getValue().line(entry.getKey(), clock.instant()));
      put(answer, entry.getValue());
    }
    return end(answer);
  }

  private ByteBuffer remove(int id, ByteBuffer request) throws IOException, SftpFailure {
    files.remove(path(request));
    return done(id);
  }

  private ByteBuffer makeFolder(int id, ByteBuffer request) throws IOException, SftpFailure {
    files.makeFolder(path(request), mode(request, "755"));
    return done(id);
  }

  private ByteBuffer removeFolder(int id, ByteBuffer request) throws IOException, SftpFailure {
    files.removeFolder(path(request));
    return done(id);
  }

  private ByteBuffer rename(int id, ByteBuffer request, boolean replace)
      throws IOException, SftpFailure {
    files.rename(path(request), path(request), replace);
    return done(id);
  }

  private ByteBuffer link(int id, ByteBuffer request, boolean symbolic)
      throws IOException, SftpFailure {
    // OpenSSH has always sent the target first, against the draft; so do all.
    String target = symbolic ? text(string(request)) : path(request);
    files.link(target, path(request), symbolic);
    return done(id);
  }

  private ByteBuffer extended(int id, ByteBuffer request) throws IOException, SftpFailure {
    String name = text(string(request));
    return switch (name) {
      case "posix-rename@openssh.com" -> rename(id, request, true);
      case "hardlink@openssh.com" -> link(id, request, false);
      case "limits@openssh.com" ->
          end(
              begin(201, id, 4 * Long.BYTES)
                  .putLong(MOST_PACKET_BYTES)
                  .putLong(MOST_DATA_BYTES)
                  .putLong(MOST_DATA_BYTES)
                  .putLong(MOST_HANDLES));
      default -> throw unsupported(name);
    };
  }

  private static ByteBuffer version() {
    ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
    answer.putInt(0).put((byte) 2).putInt(VERSION);
    for (String name :
        List.of("posix-rename@openssh.com", "hardlink@openssh.com", "limits@openssh.com")) {
      putText(answer, name);
      putText(answer, "1");
    }
    return end(answer);
  }

  private ByteBuffer handle(int id, Handle handle) {
    nextHandle++;
    handles.put(nextHandle, handle);
    return end(begin(102, id, 2 * Integer.BYTES).putInt(Integer.BYTES).putInt(nextHandle));
  }

  private void requireRoom() throws SftpFailure {
    if (handles.size() >= MOST_HANDLES) {
      throw new SftpFailure(SftpFailure.FAILURE, "%d files are open".formatted(MOST_HANDLES));
    }
  }

  private Handle handle(ByteBuffer request) throws SftpFailure {
    return handle(number(request));
  }

  private Handle handle(int number) throws SftpFailure {
    Handle handle = handles.get(number);
    if (handle == null) {
      throw new SftpFailure(SftpFailure.FAILURE, "nothing is open by this handle");
    }
    return handle;
  }

  private static String pathOf(Handle handle) {
    return switch (handle) {
      case Handle.OfFolder folder -> folder.path();
      case Handle.OfReading reading -> reading.path();
      case Handle.OfWriting writing -> writing.path();
    };
  }

  private static int number(ByteBuffer request) throws SftpFailure {
    byte[] handle = string(request);
    if (handle.length != Integer.BYTES) {
      throw new SftpFailure(SftpFailure.FAILURE, "nothing is open by this handle");
    }
    return ByteBuffer.wrap(handle).getInt();
  }

  /** The next path, made absolute. */
  private String path(ByteBuffer request) throws SftpFailure {
    String path = text(string(request));
    if (path.indexOf('\0') >= 0) {
      throw new SftpFailure(SftpFailure.NO_SUCH_FILE, "a path has no zero byte");
    }
    String whole = path.startsWith("/") ? path : home + "/" + path;
    String plain = whole.replaceAll("/+", "/");
    return plain.length() > 1 && plain.endsWith("/")
        ? plain.substring(0, plain.length() - 1)
        : plain;
  }

  /** The permissions among the attributes that follow. */
  private static String mode(ByteBuffer request, String usual) {
    int flags = request.getInt();
    if ((flags & HAS_SIZE) != 0) {
      request.getLong();
    }
    if ((flags & HAS_OWNER) != 0) {
      request.getLong();
    }
    return (flags & HAS_MODE) == 0 ? usual : Integer.toOctalString(request.getInt() & 07777);
  }

  private static int length(ByteBuffer request) {
    int length = request.getInt();
    if (length < 0 || length > request.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }

  private static byte[] string(ByteBuffer request) {
    byte[] bytes = new byte[length(request)];
    request.get(bytes);
    return bytes;
  }

  private static ByteBuffer attributes(int id, FileAttributes attributes) {
    ByteBuffer answer = begin(105, id, ANSWER_BYTES);
    put(answer, attributes);
    return end(answer);
  }

  private static ByteBuffer name(int id, String name) {
    ByteBuffer answer = begin(104, id, 2 * name.length() + 64).putInt(1);
    putText(answer, name);
    putText(answer, name);
    return end(answer.putInt(0));
  }

  private static ByteBuffer done(int id) {
    return status(id, 0, "");
  }

  private static ByteBuffer status(int id, int status, String message) {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    ByteBuffer answer = begin(101, id, text.length + 64).putInt(status);
    return end(answer.putInt(text.length).put(text).putInt(0));
  }

  private static SftpFailure unsupported(String what) {
    return new SftpFailure(SftpFailure.UNSUPPORTED, what + " is not served here");
  }

  private static ByteBuffer begin(int type, int id, int bodyBytes) {
    return ByteBuffer.allocate(9 + bodyBytes).putInt(0).put((byte) type).putInt(id);
  }

  private static ByteBuffer end(ByteBuffer answer) {
    return answer.putInt(0, answer.position() - Integer.BYTES);
  }

  private static void putText(ByteBuffer answer, String text) {
    byte[] bytes = bytes(text);
    answer.putInt(bytes.length).put(bytes);
  }

  private static void put(ByteBuffer answer, FileAttributes attributes) {
    answer
        .putInt(HAS_SIZE | HAS_OWNER | HAS_MODE | HAS_TIMES)
        .putLong(attributes.size())
        .putInt(attributes.user())
        .putInt(attributes.group())
        .putInt(attributes.mode())
        .putInt((int) attributes.accessed())
        .putInt((int) attributes.modified());
  }
}
