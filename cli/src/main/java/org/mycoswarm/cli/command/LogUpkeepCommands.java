package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.schema.wire.HistoryDropped;
import org.mycoswarm.schema.wire.LogView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What can be done for the log beside reading it.
final class LogUpkeepCommands {
  private LogUpkeepCommands() {}

  @Command(
      name = "snapshot",
      header = "Lets the broker write a snapshot now.",
      description = {
        "Lets the broker write the state of its queue to the disk now. The next start goes on from there,",
        "instead of deciding the whole log again. The broker goes on serving."
      })
  static final class Snapshot implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(names = "--json", description = "Prints the API's own JSON.")
    private boolean json;

    Snapshot(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      return post(root, "/api/v1/log/snapshot", json, answer -> words(answer));
    }

    private static String words(JsonNode answer) {
      LogView log = Wire.read(answer, LogView.class);
      return "The newest snapshot is of position %s; the log holds entries %d to %d."
          .formatted(log.snapshot(), log.first(), log.last());
    }
  }

  @Command(
      name = "compact",
      header = "Drops old entries to make room.",
      description = {
        "Lets the broker take a snapshot, and drop the start of its log as far as nothing needs it: not the",
        "snapshots, not the tables, not a job that runs. What is dropped does not come back; export it before",
        "with `mycoswarm log export`."
      })
  static final class Compact implements Callable<Integer> {
    private final Mycoswarm root;

    @Option(names = "--json", description = "Prints the API's own JSON.")
    private boolean json;

    Compact(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      return post(root, "/api/v1/log/compact", json, answer -> words(answer));
    }

    private static String words(JsonNode answer) {
      HistoryDropped done = Wire.read(answer, HistoryDropped.class);
      String dropped =
          done.first() == done.before()
              ? "Nothing was dropped: the log begins with entry %d".formatted(done.first())
              : "Dropped %s: the log begins with entry %d"
                  .formatted(entries(done.first() - done.before()), done.first());
      String kept =
          "%s. The next ones are kept for %s, or share a file with what is."
              .formatted(dropped, done.keptFor());
      return done.noSnapshot() == null
          ? kept
          : "%s%nNo new snapshot was taken first: %s".formatted(kept, done.noSnapshot());
    }

    private static String entries(long count) {
      return count == 1 ? "1 entry" : Figures.number(count) + " entries";
    }
  }

  private static int post(
      Mycoswarm root, String path, boolean json, Function<JsonNode, String> words) {
    try (BrokerClient client = root.client()) {
      JsonNode answer = client.postLong(path);
      root.surroundings().out().println(json ? Wire.pretty(answer) : words.apply(answer));
    }
    return 0;
  }
}
