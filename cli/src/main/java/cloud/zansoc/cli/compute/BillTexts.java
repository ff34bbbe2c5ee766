package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.Bill;
import cloud.zansoc.compute.api.DeploymentBill;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A bill as text. Pure. */
final class BillTexts {
  /** The columns of {@link #row}. */
  static final List<String> HEADERS =
      List.of(
          "INSTANCE",
          ">LEASE",
          "HOST",
          "FROM",
          "UNTIL",
          ">LEASED",
          ">RAN",
          ">DOWN",
          ">USD",
          ">ZANS",
          ">BACK");

  private static final int ID_SHOWN = 8;

  private BillTexts() {}

  /** A line of the table. */
  static List<String> row(DeploymentBill.Item lease) {
    return List.of(
        lease.name().orElseGet(() -> lease.instance().toString().substring(0, ID_SHOWN)),
        Long.toString(lease.lease()),
        lease.host().shortText(),
        time(lease.from()),
        lease.until().map(BillTexts::time).orElse("open"),
        text(lease.leasedSeconds()),
        text(lease.meteredSeconds()),
        text(lease.downtimeSeconds()),
        PlanTexts.dollars(lease.cost()),
        coins(lease.units()),
        lease
            .compensation()
            .map(back -> coins(back.units()) + (back.paid() ? "" : " (owed)"))
            .orElse("-"));
  }

  /** What it all comes to, a line each. */
  static List<String> sums(DeploymentBill bill, List<UsageReceipt> newest) {
    Bill total = bill.total();
    List<String> lines = new ArrayList<>();
    lines.add(
        "total       %s USD, %s ZANS for %s of instances"
            .formatted(
                PlanTexts.dollars(total.cost()),
                coins(total.units()),
                text(total.leasedSeconds())));
    lines.add(
        "downtime    %s; %s ZANS of it given back"
            .formatted(text(total.downtimeSeconds()), coins(bill.compensationUnits())));
    lines.add(
        newest.isEmpty()
            ? "receipts    none yet"
            : "receipts    %d, each signed by its host and the hub: %s run, %s healthy; the newest until %s"
                .formatted(
                    bill.receipts().size(),
                    text(newest.stream().mapToLong(its -> its.used().runningSeconds()).sum()),
                    text(newest.stream().mapToLong(its -> its.used().healthySeconds()).sum()),
                    time(
                        newest.stream()
                            .map(its -> its.period().until())
                            .max(Comparator.naturalOrder())
                            .orElseThrow())));
    return lines;
  }

  private static String coins(String units) {
    return units.equals("0") ? "0" : PlanTexts.coins(units);
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String text(long seconds) {
    return Durations.text(Duration.ofSeconds(seconds));
  }
}
