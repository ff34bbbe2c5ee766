package cloud.zansoc.hub;

import cloud.zansoc.hub.api.Books;
import cloud.zansoc.hub.registry.Enrolment;
import cloud.zansoc.net.http.RequestObserver;
import cloud.zansoc.net.node.NodeView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;

/** The hub's counters, for Prometheus. Thread-safe. */
final class Metrics implements RequestObserver {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Counts what {@code directory} holds. */
  Metrics(Enrolment.Directory directory) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Gauge.builder("zansoc.members", directory.members(), members -> members.count())
        .description("clients and operators")
        .register(registry);
    for (NodeView.State state : NodeView.State.values()) {
      Gauge.builder(
              "zansoc.nodes",
              directory.hosts(),
              hosts -> hosts.hosts().stream().filter(host -> host.state() == state).count())
          .description("hosts by state")
          .tag("state", state.name())
          .register(registry);
    }
    Gauge.builder(
            "zansoc.storage.used.bytes",
            directory.hosts(),
            hosts -> hosts.totals().storageUsed().bytes())
        .description("blocks kept by the hosts that are connected")
        .register(registry);
  }

  /** Counts how the books of the ledger stand, too. */
  void add(Books books) {
    Gauge.builder("zansoc.books.block", books, shown -> shown.view().block().orElse(0L))
        .description("the number of the block up to which all is booked")
        .register(registry);
    Gauge.builder(
            "zansoc.books.failing", books, shown -> shown.view().failure().isPresent() ? 1 : 0)
        .description("1 while nothing can be booked")
        .register(registry);
    Gauge.builder(
            "zansoc.books.differences",
            books,
            shown -> shown.view().reconciled().map(view -> view.differences().size()).orElse(0))
        .description("accounts about which books and chain differed when last compared")
        .register(registry);
  }

  @Override
  public void answered(String method, String template, int status, long nanos) {
    Timer.builder("zansoc.requests")
        .description("answered API requests")
        .tag("method", template.equals("none") ? "any" : method)
        .tag("route", template)
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** All of it in Prometheus' text format. */
  String scrape() {
    return registry.scrape();
  }
}
