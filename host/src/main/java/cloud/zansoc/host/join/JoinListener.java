package cloud.zansoc.host.join;

/** Hears of the steps of {@link JoinFlow}, in order, on the thread that joins. */
public interface JoinListener {
  /**
   * A step begins.
   *
   * @param number from 1
   * @param count of all steps
   */
  void begins(int number, int count, String step);

  /** Something within the step that takes a while. */
  void progress(String part);

  /** The step succeeded; {@code result} says what came of it, or is empty. */
  void ends(String result);

  /** Something that does not hinder, but that the owner should know or change. */
  void warns(String warning);
}
