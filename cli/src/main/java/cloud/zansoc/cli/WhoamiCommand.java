package cloud.zansoc.cli;

import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.WhoAmI;
import picocli.CommandLine.Command;

@Command(
    name = "whoami",
    description = "Who the hub says you are, and how much of your quota is used.")
final class WhoamiCommand extends ClientCommand {
  @Override
  protected void run(Session session, Output output) {
    WhoAmI me = session.api().call(ApiCall.get("/v1/whoami"), WhoAmI.class);
    if (output.isJson()) {
      output.json(me);
      return;
    }
    output.line("name    " + me.name());
    output.line("id      " + me.id());
    output.line("role    " + me.role());
    output.line("tenant  " + me.tenant().orElse("none"));
    output.line(
        "used    " + me.used() + me.quota().map(quota -> " of " + quota).orElse(" (no limit)"));
    output.line("hub     " + session.hub().address() + " " + session.hub().id());
  }
}
