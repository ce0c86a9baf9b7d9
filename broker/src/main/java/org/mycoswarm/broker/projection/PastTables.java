package org.mycoswarm.broker.projection;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// Builds the tables as they were after an entry: in memory, by the same statements that keep the
/// live ones.
public final class PastTables {
  private PastTables() {}

  /// More happened than may be kept in memory.
  public static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1;

    private final long reached;

    TooMuch(LogPosition reached) {
      super("too much up to entry " + reached, null, false, false);
      this.reached = reached.value();
    }

    /// The last entry up to which tables can be built.
    public LogPosition reached() {
      return new LogPosition(reached);
    }
  }

  /// @param asOf the last entry that is made part of them; it is durable
  /// @param changesMax entries, and tasks in them, at most
  /// @param also is told of each entry that is made part of them, in order
  /// @throws TooMuch when there are more; nothing is left behind
  public static Tables build(
      EntrySource log, LogPosition asOf, long changesMax, Consumer<LogEntry> also)
      throws TooMuch, InterruptedException {
    Tables tables = Tables.inMemory();
    try {
      fill(tables, log, asOf, changesMax, also);
      return tables;
    } catch (TooMuch | InterruptedException | RuntimeException e) {
      tables.close();
      throw e;
    }
  }

  private static void fill(
      Tables tables, EntrySource log, LogPosition asOf, long changesMax, Consumer<LogEntry> also)
      throws TooMuch, InterruptedException {
    Projection projection = new Projection(tables);
    LogPosition at = LogPosition.START;
    long changes = 0;
    while (asOf.isAfter(at)) {
      List<LogEntry> entries =
          log.next(at, Duration.ZERO).stream()
              .takeWhile(entry -> !entry.position().isAfter(asOf))
              .toList();
      if (entries.isEmpty()) {
        throw new IllegalStateException(
            "Expected entry %s of the log, because entry %s is durable, but there is none"
                .formatted(at.next(), asOf));
      }
      for (LogEntry entry : entries) {
        changes += changes(entry);
        if (changes > changesMax) {
          throw new TooMuch(new LogPosition(entry.position().value() - 1));
        }
      }
      projection.apply(entries, _ -> {});
      entries.forEach(also);
      at = entries.getLast().position();
    }
  }

  private static long changes(LogEntry entry) {
    long changes = 1;
    for (Event event : entry.events()) {
      changes +=
          switch (event) {
            case Event.JobSubmitted e -> e.tasks().size();
            case Event.TasksAdded e -> e.tasks().size();
            default -> 0;
          };
    }
    return changes;
  }
}
