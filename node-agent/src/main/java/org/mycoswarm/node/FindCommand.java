package org.mycoswarm.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.discovery.BrokerSearch;
import org.mycoswarm.node.discovery.FoundBroker;
import org.mycoswarm.node.discovery.Location;
import org.mycoswarm.schema.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Looks for the broker once and says where it is: the command to try when a node finds none.
@Command(
    name = "find",
    mixinStandardHelpOptions = true,
    description = {
      "Looks for the broker as a node would, once, and says where it is, how it was found and how"
          + " long that took. Does no work and registers nothing."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:found",
      "2:a setting is not in order",
      "3:not found; the reason is on stderr"
    })
final class FindCommand implements Callable<Integer> {
  /// What `--json` prints.
  ///
  /// @param how `address`, `run-file` or `multicast`
  /// @param millis from the start of the search
  /// @param processMillis from the start of the process
  record Found(String broker, String url, String how, long millis, long processMillis) {}

  @Mixin BrokerOptions options = new BrokerOptions();

  @Option(names = "--json", description = "Print one line of JSON.")
  boolean json;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long to look. Default: ${DEFAULT-VALUE}.")
  int seconds;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    long start = System.nanoTime();
    BrokerSearch search =
        BrokerSearch.of(options.broker(), options.brokerHome().runFile(), options.credentials());
    return switch (search.look(Duration.ofSeconds(seconds))) {
      case Location.Here(FoundBroker broker) ->
          found(broker, (System.nanoTime() - start) / 1_000_000);
      case Location.Nowhere(String reason) -> {
        err().println(reason);
        yield ExitCode.NO_BROKER;
      }
    };
  }

  private int found(FoundBroker broker, long millis) throws JsonProcessingException {
    Found found =
        new Found(broker.broker(), broker.url().toString(), broker.how(), millis, processMillis());
    out().println(json ? Json.LENIENT.writeValueAsString(found) : line(found));
    return ExitCode.OK;
  }

  private static String line(Found found) {
    return "broker %s at %s, found by %s in %d ms"
        .formatted(found.broker(), found.url(), found.how(), found.millis());
  }

  private static long processMillis() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(started -> Duration.between(started, Instant.now()).toMillis())
        .orElse(-1L);
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  private PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }
}
