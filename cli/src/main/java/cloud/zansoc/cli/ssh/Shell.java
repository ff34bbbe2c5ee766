package cloud.zansoc.cli.ssh;

/** Words for a POSIX shell. */
final class Shell {
  private Shell() {}

  /** A word that no shell takes apart. */
  static String quote(String word) {
    return word.matches("[A-Za-z0-9_./:=@,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
