package cloud.zansoc.hub.ssh;

/** An answer of SFTP that something did not succeed. */
final class SftpFailure extends Exception {
  static final int END_OF_FILE = 1;
  static final int NO_SUCH_FILE = 2;
  static final int PERMISSION_DENIED = 3;
  static final int FAILURE = 4;
  static final int BAD_MESSAGE = 5;
  static final int UNSUPPORTED = 8;

  private static final long serialVersionUID = 1;

  private final int status;

  SftpFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  /** What the words of a command's error output mean. */
  static SftpFailure ofErrors(String errors) {
    String line = errors.strip().replace('\n', ';');
    if (errors.contains("o such file") || errors.contains("nonexistent")) {
      return new SftpFailure(NO_SUCH_FILE, line);
    }
    if (errors.contains("ermission denied") || errors.contains("not permitted")) {
      return new SftpFailure(PERMISSION_DENIED, line);
    }
    return new SftpFailure(FAILURE, line.isEmpty() ? "it failed without a word" : line);
  }

  int status() {
    return status;
  }
}
