package cloud.zansoc.cli.host;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Zansoc;
import cloud.zansoc.host.Agent;
import cloud.zansoc.host.HostFolder;

/** Runs an agent in this process until the process is told to stop. */
final class ForegroundAgent {
  private ForegroundAgent() {}

  /** Starts the agent and waits for its end; a signal to the process closes it orderly. */
  static int run(HostFolder folder, Output output) throws InterruptedException {
    try (Agent agent = Agent.start(folder, Zansoc.VERSION)) {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().name("stop-agent").unstarted(agent::close));
      output.note("The agent of " + folder.path() + " runs. Stop it with Ctrl+C.");
      agent.awaitEnd();
    }
    return 0;
  }
}
