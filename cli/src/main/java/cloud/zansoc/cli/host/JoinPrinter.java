package cloud.zansoc.cli.host;

import cloud.zansoc.cli.Output;
import cloud.zansoc.host.join.JoinListener;
import java.io.PrintStream;

/** Prints the steps of joining to standard error: "[3/8] make the identity ... ok, host abc". */
public final class JoinPrinter implements JoinListener, AutoCloseable {
  private final PrintStream err;
  private boolean lineOpen;

  public JoinPrinter(Output output) {
    this.err = output.terminal().err();
  }

  @Override
  public void begins(int number, int count, String step) {
    endLine();
    err.print("[" + number + "/" + count + "] " + step + " ...");
    err.flush();
    lineOpen = true;
  }

  @Override
  public void progress(String part) {
    err.print(" " + part);
    err.flush();
  }

  @Override
  public void ends(String result) {
    err.println((lineOpen ? " ok" : "      ok") + (result.isEmpty() ? "" : ": " + result));
    lineOpen = false;
  }

  @Override
  public void warns(String warning) {
    endLine();
    err.println("      warning: " + warning);
  }

  /** Ends the line of a step that did not succeed; why stands below it. */
  @Override
  public void close() {
    if (lineOpen) {
      err.println(" no");
      lineOpen = false;
    }
  }

  private void endLine() {
    if (lineOpen) {
      err.println();
      lineOpen = false;
    }
  }
}
