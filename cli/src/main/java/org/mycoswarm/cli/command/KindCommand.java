package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.KindPolicyView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "kind",
    header = "Shows or sets how tasks of a kind are retried and leased.",
    description = {
      "Without a kind: lists what was set. With one: sets what its tasks get when they are submitted",
      "without saying so themselves. Tasks that are there already keep what they have."
    })
final class KindCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(arity = "0..1", paramLabel = "KIND", description = "The task kind, such as 'embed'.")
  private @Nullable String kind;

  @Option(
      names = "--attempts",
      paramLabel = "N",
      description = "Failures after which a task is buried. Default: ${DEFAULT-VALUE}.")
  private int attempts = 3;

  @Option(
      names = "--first-delay",
      paramLabel = "SECONDS",
      description = "How long it waits after the first failure. Default: ${DEFAULT-VALUE}.")
  private double firstDelay = 1;

  @Option(
      names = "--delay-max",
      paramLabel = "SECONDS",
      description = "The longest it waits. Default: ${DEFAULT-VALUE}.")
  private double delayMax = 60;

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      description = "How long a node may go without renewing. Default: ${DEFAULT-VALUE}.")
  private int lease = 30;

  KindCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      if (kind != null) {
        client.put(
            "/api/v1/kinds/" + BrokerClient.segment(kind),
            new KindPolicyView(null, attempts, firstDelay, delayMax, lease));
      }
      print(client.list("/api/v1/kinds", 500));
    }
    return 0;
  }

  private void print(List<JsonNode> kinds) {
    Table table = new Table("KIND", "ATTEMPTS", "FIRST DELAY", "DELAY MAX", "LEASE");
    for (JsonNode each : kinds) {
      KindPolicyView view = Wire.read(each, KindPolicyView.class);
      table.row(
          String.valueOf(view.kind()),
          Integer.toString(view.maxAttempts()),
          view.firstDelaySeconds() + " s",
          view.delayMaxSeconds() + " s",
          view.leaseSeconds() + " s");
    }
    table.print(root.surroundings().out());
  }
}
