package cloud.zansoc.hub.ssh;

import cloud.zansoc.compute.api.TerminalSize;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/** A session's channel: knows its terminal, and takes of the environment what it may. */
final class GatewayChannel extends ChannelSession {
  private static final int MOST_VARIABLES = 64;
  private static final int MOST_VALUE = 1024;
  private static final TerminalSize USUAL = new TerminalSize(80, 24);

  private volatile boolean terminal;

  /** The terminal's size now; none where there is no terminal. */
  Optional<TerminalSize> terminal() {
    if (!terminal) {
      return Optional.empty();
    }
    Map<String, String> environment = getEnvironment().getEnv();
    int columns = number(environment.get(Environment.ENV_COLUMNS), USUAL.columns());
    int rows = number(environment.get(Environment.ENV_LINES), USUAL.rows());
    return Optional.of(new TerminalSize(columns, rows));
  }

  /** What the command gets of the client's environment. */
  Map<String, String> environment() {
    Map<String, String> taken = new TreeMap<>();
    getEnvironment()
        .getEnv()
        .forEach((name, value) -> {
          if (isTaken(name) || (terminal && name.equals(Environment.ENV_TERM))) {
            taken.put(name, value);
          }
        });
    return taken;
  }

  /** What the session asked for before, in vain and without having been told why. */
  List<String> refusals() {
    String refused = getSession().removeAttribute(RemoteForwarding.REFUSED);
    return refused == null ? List.of() : List.of(refused);
  }

  @Override
  protected RequestHandler.Result handleEnvParsed(String name, String value) {
    if (isTaken(name)
        && value.length() <= MOST_VALUE
        && getEnvironment().getEnv().size() < MOST_VARIABLES) {
      addEnvVariable(name, value);
      return RequestHandler.Result.ReplySuccess;
    }
    return RequestHandler.Result.ReplyFailure;
  }

  @Override
  protected RequestHandler.Result handlePtyReqParsed(
      String term, int columns, int rows, int width, int height, Map<PtyMode, Integer> modes)
      throws IOException {
    terminal = true;
    return super.handlePtyReqParsed(term, columns, rows, width, height, modes);
  }

  @Override
  protected RequestHandler.Result handleAgentForwardingParsed(String type) {
    return RequestHandler.Result.ReplyFailure;
  }

  @Override
  protected RequestHandler.Result handleX11ForwardingParsed(
      String type,
      ServerSession session,
      boolean single,
      String protocol,
      String cookie,
      int screen) {
    return RequestHandler.Result.ReplyFailure;
  }

  private static boolean isTaken(String name) {
    return name.equals("LANG") || (name.startsWith("LC_") && name.matches("[A-Z_]{4,40}"));
  }

  private static int number(@Nullable String text, int usual) {
    if (text == null || !text.matches("[0-9]{1,9}")) {
      return usual;
    }
    int number = Integer.parseInt(text);
    return number == 0 ? usual : Math.min(number, TerminalSize.MOST);
  }
}
