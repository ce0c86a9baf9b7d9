package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.SearchPage;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "search",
    header = "Searches a collection by meaning and by words.",
    description = {
      "Searches a collection by meaning and by words. Each hit says where it stands: file, heading, page,",
      "and whether the file was changed since it was indexed."
    },
    footer = {
      "%nExamples:",
      "  ./mycoswarm search notes 'when is the heating serviced?'",
      "  ./mycoswarm search notes --path 'house/**' --limit 3 boiler",
      "  ./mycoswarm search notes --mode text 'E-1042'",
      "  ./mycoswarm search notes --since 2026-11-01 --until 2026-11-30 invoice"
    })
final class SearchCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "hybrid, dense (by meaning alone) or text (by words alone). Default: hybrid.")
  private @Nullable String mode;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Documents at most, 1 to 100. Default: 10.")
  private @Nullable Integer limit;

  @Option(
      names = "--path",
      paramLabel = "PATTERN",
      description = "Only files whose path matches: * within a folder, ** across folders.")
  private @Nullable String path;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only files of this media type, such as text/markdown. May be repeated.")
  private @Nullable List<String> types;

  @Option(
      names = "--since",
      paramLabel = "DAY",
      description = "Only files changed on or after this day, such as 2026-11-01.")
  private @Nullable LocalDate since;

  @Option(
      names = "--until",
      paramLabel = "DAY",
      description = "Only files changed on or before this day.")
  private @Nullable LocalDate until;

  @Option(names = "--exact", description = "Compares with every vector: slower, and misses none.")
  private boolean exact;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "NAME", description = "The collection.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "WORDS",
      description = "What you look for.")
  private List<String> words = List.of();

  SearchCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      JsonNode answer =
          search(
              client,
              name,
              new SearchRequest(
                  String.join(" ", words),
                  mode,
                  limit,
                  path,
                  types,
                  start(since),
                  start(until == null ? null : until.plusDays(1)),
                  exact));
      if (json) {
        out.println(Wire.pretty(answer));
      } else {
        SearchPage.print(out, Wire.read(answer, SearchAnswer.class));
      }
    }
    return 0;
  }

  /// When the day begins for the person who asks.
  private static @Nullable Instant start(@Nullable LocalDate day) {
    return day == null ? null : day.atStartOfDay(ZoneId.systemDefault()).toInstant();
  }

  /// A `SearchAnswer`.
  static JsonNode search(BrokerClient client, String collection, SearchRequest request) {
    return client.post(
        "/api/v1/collections/" + BrokerClient.segment(collection) + "/search", request);
  }
}
