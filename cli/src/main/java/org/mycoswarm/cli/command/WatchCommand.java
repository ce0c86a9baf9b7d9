package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.JobFollower;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.JobProgress;
import org.mycoswarm.cli.output.JobSummary;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.LogEntryView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    header = "Follows a job to its end.",
    description = {
      "Follows a job to its end: a progress bar on a terminal, plain lines in a pipe. A restart of the",
      "broker does not end it: it goes on behind the last entry it saw."
    },
    footer = {
      "%nExample: every entry of the job's log, as it comes",
      "  ./mycoswarm watch JOB --events"
    })
final class WatchCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--events", description = "Prints each entry of the job's log, from the first.")
  private boolean events;

  @Option(names = "--json", description = "Prints each entry as one line of JSON.")
  private boolean json;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long the broker may be away. Default: ${DEFAULT-VALUE}")
  private int patienceSeconds = 120;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  WatchCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      JobView now = client.job(job);
      boolean entries = events || json;
      JobView ended =
          entries || now.state().equals("running")
              ? follow(client, entries ? null : now.position(), entries)
              : now;
      if (!json) {
        JobSummary.print(root.surroundings().out(), ended);
      }
      return JobSummary.exitCode(ended).code();
    }
  }

  private JobView follow(
      BrokerClient client, @org.jspecify.annotations.Nullable Long after, boolean entries) {
    Duration patience = Duration.ofSeconds(patienceSeconds);
    try (Progress progress = root.progress()) {
      JobFollower.Watcher watcher =
          entries ? new EntryPrinter(progress) : new JobProgress(progress, 0, () -> false);
      return new JobFollower(client, job, after, patience, watcher).follow();
    }
  }

  private final class EntryPrinter implements JobFollower.Watcher {
    private final Progress progress;

    EntryPrinter(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void entry(JsonNode entry) {
      root.surroundings().out().println(json ? entry.toString() : line(entry));
    }

    @Override
    public void state(JobView view) {
      // the entries are the story
    }

    @Override
    public void notice(String sentence) {
      progress.say(sentence);
    }

    private static String line(JsonNode node) {
      LogEntryView entry = Wire.read(node, LogEntryView.class);
      return "%d  %s  %s"
          .formatted(
              entry.position(),
              Figures.instant(entry.at()),
              Table.printable(
                  entry.events().stream()
                      .map(EntryPrinter::words)
                      .collect(Collectors.joining("; "))));
    }

    /// The event's name and its short values.
    private static String words(JsonNode event) {
      String values =
          StreamSupport.stream(
                  ((Iterable<java.util.Map.Entry<String, JsonNode>>) event.properties())
                      .spliterator(),
                  false)
              .filter(field -> !field.getKey().equals("event") && field.getValue().isValueNode())
              .map(field -> field.getKey() + "=" + field.getValue().asText())
              .collect(Collectors.joining(" "));
      return event.path("event").asText() + (values.isEmpty() ? "" : " " + values);
    }
  }
}
