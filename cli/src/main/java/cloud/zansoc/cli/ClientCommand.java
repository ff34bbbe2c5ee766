package cloud.zansoc.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that talks to the hub of the profile. */
public abstract class ClientCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  /** Does the work; failures are ZansocExceptions. */
  protected abstract void run(Session session, Output output) throws Exception;

  @Override
  public final Integer call() throws Exception {
    try (Session session = Session.open(options.profile())) {
      run(session, options.output());
      session.notice().ifPresent(text -> options.output().note("note: " + text));
    }
    return 0;
  }
}
