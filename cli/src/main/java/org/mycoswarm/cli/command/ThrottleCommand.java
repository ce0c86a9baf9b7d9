package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.ThrottleView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "throttle",
    header = "Shows or sets how much of a kind, or of a limit key, may run.",
    description = {
      "Without a scope: lists all throttles. With a scope and limits: sets them. With --lift: lifts them.",
      "A limit key is what tasks are submitted with in 'limitKey', such as a host name."
    })
final class ThrottleCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(
      arity = "0..1",
      paramLabel = "SCOPE",
      description = "'kind:NAME' or 'key:NAME', such as 'kind:embed'.")
  private @Nullable String scope;

  @Option(names = "--concurrent", paramLabel = "N", description = "At most N leases at a time.")
  private @Nullable Integer concurrent;

  @Option(names = "--per-minute", paramLabel = "N", description = "At most N leases a minute.")
  private @Nullable Integer perMinute;

  @Option(names = "--lift", description = "Lifts the throttle.")
  private boolean lift;

  ThrottleCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      if (scope != null && (lift || concurrent != null || perMinute != null)) {
        ThrottleView wanted =
            lift
                ? new ThrottleView(null, null, null)
                : new ThrottleView(null, concurrent, perMinute);
        client.put("/api/v1/throttles/" + BrokerClient.segment(scope), wanted);
      }
      print(client.list("/api/v1/throttles", 500));
    }
    return 0;
  }

  private void print(List<JsonNode> throttles) {
    Table table = new Table("SCOPE", "CONCURRENT", "PER MINUTE");
    for (JsonNode each : throttles) {
      ThrottleView view = Wire.read(each, ThrottleView.class);
      table.row(String.valueOf(view.scope()), orNone(view.concurrent()), orNone(view.perMinute()));
    }
    table.print(root.surroundings().out());
  }

  private static String orNone(@Nullable Integer limit) {
    return limit == null ? "-" : limit.toString();
  }
}
