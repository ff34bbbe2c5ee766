package cloud.zansoc.cli.ssh;

/** Words for a POSIX shell. */
public final class Shell {
  private Shell() {}

  /** A word that no shell takes apart. */
  public static String quote(String word) {
    return word.matches("[A-Za-z0-9_./:=@,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
