package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.compute.client.ComputeHub;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bill",
    description = {
      "What a deployment has cost, lease by lease, and what is given back for downtime; also after"
          + " it was removed.",
      "The receipts of what instances used are verified: each must be signed by its host and by the"
          + " hub."
    })
final class DeploymentBillCommand extends ClientCommand {
  @Parameters(paramLabel = "DEPLOYMENT", description = "Its name.")
  private String name;

  @Option(
      names = "--receipts",
      paramLabel = "FILE",
      description = "Write the receipts into a file, 348 bytes each.")
  private Optional<Path> receipts = Optional.empty();

  @Override
  protected void run(Session session, Output output) throws IOException {
    DeploymentBill bill = new ComputeHub(session.api()).bill(name);
    List<UsageReceipt> newest = ReceiptCheck.verify(bill, session.hub().id());
    if (receipts.isPresent()) {
      write(bill, receipts.get());
    }
    if (output.isJson()) {
      output.json(bill);
      return;
    }
    BillTexts.sums(bill, newest).forEach(output::line);
    output.line("");
    output.table(BillTexts.HEADERS, bill.leases().stream().map(BillTexts::row).toList());
  }

  private static void write(DeploymentBill bill, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (byte[] receipt : bill.receipts()) {
        out.write(receipt);
      }
    }
  }
}
