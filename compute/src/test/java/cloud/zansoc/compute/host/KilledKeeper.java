package cloud.zansoc.compute.host;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * A program that keeps instances until it is killed. It reads lines "order JSON" and "answer JSON",
 * and writes "call JSON", "taken JSON" and "refused JSON".
 */
final class KilledKeeper {
  private KilledKeeper() {}

  public static void main(String[] arguments) throws IOException {
    RemoteEngine remote = new RemoteEngine(call -> say(RemoteEngine.line("call", call)));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Thread.ofPlatform().start(() -> keep(Path.of(arguments[0]), remote, in));
  }

  private static void keep(Path folder, RemoteEngine remote, BufferedReader in) {
    InstanceKeeper keeper =
        InstanceKeeper.open(
            folder,
            KeptHost.LENT,
            new InstanceKeeper.Ports(remote.engine(), Optional.empty(), Optional.empty(), () -> {}),
            new InstanceKeeper.Drive(
                new HubClock(InstantSource.system(), System::nanoTime),
                Scheduler.ofVirtualThreads(),
                Executors.newSingleThreadExecutor()));
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String json = line.substring(line.indexOf(' ') + 1);
        if (line.startsWith("answer ")) {
          remote.answer(RemoteEngine.parse(json, RemoteEngine.Answer.class));
        } else {
          InstanceOrder order = RemoteEngine.parse(json, InstanceOrder.class);
          Thread.ofVirtual().start(() -> order(keeper, order));
        }
      }
    } catch (IOException e) {
      say("ended " + e);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void order(InstanceKeeper keeper, InstanceOrder order) {
    try {
      keeper.order(order);
      say(RemoteEngine.line("taken", order));
    } catch (ZansocException e) {
      say(RemoteEngine.line("refused", order));
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
