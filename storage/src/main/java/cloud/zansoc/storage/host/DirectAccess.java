package cloud.zansoc.storage.host;

import java.nio.file.OpenOption;

/** Access to files past the system's cache. */
public final class DirectAccess {
  private DirectAccess() {}

  /**
   * The JDK's option for it; the file system may still refuse it when a file is opened or used.
   * Found by name, since javac warns of every mention of its class.
   *
   * @throws UnsupportedOperationException where this JDK has none
   */
  public static OpenOption option() {
    try {
      for (Object option :
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (option instanceof OpenOption open && option.toString().equals("DIRECT")) {
          return open;
        }
      }
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException("this JDK cannot bypass the system's cache", e);
    }
    throw new UnsupportedOperationException("this JDK cannot bypass the system's cache");
  }
}
