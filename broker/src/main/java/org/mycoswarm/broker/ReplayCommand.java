package org.mycoswarm.broker;

import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.history.OfflineLog;
import org.mycoswarm.broker.history.StatePage;
import org.mycoswarm.queue.engine.Replay.Replayed;
import org.mycoswarm.queue.log.LogPosition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// Shows the state of the queue after any entry, made anew from the log.
@Command(
    name = "replay",
    description = {
      "Makes the state of the queue anew from the log, up to a position or a time, and shows it.",
      "For a home that no broker uses now; nothing is added to its log."
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @ParentCommand private @Nullable BrokerMain broker;
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "POSITION|TIME",
      description =
          "The last entry that counts, or a time such as 2026-11-23T10:00:00Z. Default: all of the log")
  private @Nullable String to;

  @Override
  public Integer call() {
    if (broker == null || spec == null) {
      throw new IllegalStateException("Set by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    return Offline.read(
        broker.home(),
        spec.commandLine(),
        log -> {
          LogPosition last = last(log);
          long start = System.nanoTime();
          Replayed replayed = log.replay(last);
          double seconds = Math.max(System.nanoTime() - start, 1) / 1e9;
          out.printf("position  %s of %s, %s%n", last, log.last(), replayed.at());
          long entries = last.value() - replayed.from().value();
          out.printf(
              "replayed  %,d entries in %.2f s, %,.0f entries/s%n",
              entries, seconds, entries / seconds);
          out.printf("hash      %s%n%n", replayed.state().hash());
          out.print(StatePage.of(replayed.state()));
          out.flush();
          return 0;
        });
  }

  private LogPosition last(OfflineLog log) {
    if (to == null) {
      return log.last();
    }
    if (!to.matches("\\d{1,18}")) {
      return log.lastUpTo(time(to));
    }
    LogPosition position = new LogPosition(Long.parseLong(to));
    if (position.isAfter(log.last())) {
      throw new IllegalArgumentException(
          "Expected a position up to %s, where the log ends, but it is %s"
              .formatted(log.last(), position));
    }
    return position;
  }

  private static Instant time(String to) {
    try {
      return OffsetDateTime.parse(to).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Expected --to to be a position in the log or a time such as 2026-11-23T10:00:00Z, but it is '%s'"
              .formatted(to),
          e);
    }
  }
}
