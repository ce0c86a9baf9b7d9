package org.mycoswarm.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.history.LogImport;
import org.mycoswarm.broker.history.LogLines;
import org.mycoswarm.broker.history.OfflineLog;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.engine.Replay.Replayed;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// Looks into the log while no broker runs.
@Command(
    name = "log",
    description = "Looks into the log of a home that no broker uses now.",
    mixinStandardHelpOptions = true)
final class OfflineCommands implements Callable<Integer> {
  @ParentCommand private @Nullable BrokerMain broker;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(line(), "Expected `log verify`, `log show` or `log import`.");
  }

  @Command(
      name = "verify",
      description = "Checks every byte of the log, and that a state can be made of its entries.")
  int verify() {
    return Offline.read(
        home(),
        line(),
        log -> {
          Replayed replayed = log.replay(log.last());
          line()
              .getOut()
              .println(
                  "Every byte of %s is what was written, and the state made of them%s is %s."
                      .formatted(
                          entries(log.last().value() - log.first().value() + 1),
                          begun(replayed),
                          replayed.state().hash()));
          return 0;
        });
  }

  @Command(name = "show", description = "Shows one entry with its events.")
  int show(@Parameters(paramLabel = "POSITION") long position) {
    return Offline.read(home(), line(), log -> show(log, position));
  }

  @Command(
      name = "import",
      description = {
        "Makes the log of a new home from what `mycoswarm log export` wrote. The home must be empty.",
        "Blobs are not in an export: copy the folder 'blobs' as well."
      })
  int importFile(@Parameters(paramLabel = "FILE") Path file) {
    return Offline.withHome(home(), line(), home -> importFile(home, file));
  }

  private int show(OfflineLog log, long position) {
    Optional<LogEntry> entry =
        position < 1 ? Optional.empty() : log.entry(new LogPosition(position));
    if (entry.isEmpty()) {
      line()
          .getErr()
          .println(
              "Expected a position from %s to %s, but it is %d"
                  .formatted(log.first(), log.last(), position));
      return 1;
    }
    line().getOut().println(LogLines.pretty(entry.get()));
    return 0;
  }

  private int importFile(BrokerHome home, Path file) throws IOException {
    for (Path used : List.of(home.log(), home.tables(), home.snapshots())) {
      if (Files.exists(used)) {
        line()
            .getErr()
            .println(
                "Expected an empty home, but '%s' is there; nothing was changed. Name a new folder with --home."
                    .formatted(used));
        return 1;
      }
    }
    if (!Files.isReadable(file)) {
      line().getErr().println("Expected a file that can be read, but '%s' cannot.".formatted(file));
      return 1;
    }
    LogImport.Imported imported = new LogImport(Limits.DEFAULT).into(home.log(), file);
    line()
        .getOut()
        .println(
            "%s imported into '%s'. The state made of them is %s."
                .formatted(entries(imported.entries()), home.folder(), imported.hash()));
    return 0;
  }

  private static String begun(Replayed replayed) {
    return replayed.from().equals(LogPosition.START)
        ? ""
        : " and of the snapshot of position " + replayed.from();
  }

  private static String entries(long count) {
    return count == 1 ? "1 entry" : "%,d entries".formatted(count);
  }

  private Path home() {
    if (broker == null) {
      throw new IllegalStateException("Set by picocli");
    }
    return broker.home();
  }

  private CommandLine line() {
    if (spec == null) {
      throw new IllegalStateException("Set by picocli");
    }
    return spec.commandLine();
  }
}
