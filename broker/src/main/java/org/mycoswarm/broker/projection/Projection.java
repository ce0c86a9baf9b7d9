package org.mycoswarm.broker.projection;

import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// Turns entries of the log into rows. The position of the last entry is written in the same
/// transaction, so that an entry counts once however often it comes. One thread at a time.
final class Projection {
  /// One or ten thousand would each be several times slower.
  static final int ENTRIES_PER_TRANSACTION = 100;

  private final Tables tables;

  Projection(Tables tables) {
    this.tables = tables;
  }

  /// Applies the entries in transactions of a hundred; those the tables have seen are passed over.
  ///
  /// @param seen told the position after each transaction
  void apply(List<LogEntry> entries, Consumer<LogPosition> seen) {
    for (int from = 0; from < entries.size(); from += ENTRIES_PER_TRANSACTION) {
      List<LogEntry> some =
          entries.subList(from, Math.min(from + ENTRIES_PER_TRANSACTION, entries.size()));
      tables.write(handle -> applyAll(handle, some));
      seen.accept(some.getLast().position());
    }
  }

  /// Lets empty tables begin with a later entry than the first.
  ///
  /// @param before the entry before that one
  void beginAfter(LogPosition before) {
    tables.write(
        handle -> {
          try (Change change = new Change(handle)) {
            change.run(
                """
                update projection set position = ?, begins = ?,
                  begun_millis = cast(extract(epoch from current_timestamp) * 1000 as bigint)""",
                before.value(),
                before.value() + 1);
          }
        });
  }

  static void applyAll(Handle handle, List<LogEntry> entries) {
    try (Change change = new Change(handle)) {
      JobsProjection jobs = new JobsProjection(change);
      NodesProjection nodes = new NodesProjection(change);
      BlobsProjection blobs = new BlobsProjection(change);
      KnownJobs known = new KnownJobs(change, Database.begins(handle));
      LogPosition before = new LogPosition(Database.position(handle));
      LogPosition seen = before;
      for (LogEntry entry : entries) {
        if (!entry.position().isAfter(seen)) {
          continue;
        }
        if (!entry.position().equals(seen.next())) {
          throw new IllegalStateException(
              "Expected entry %s of the log, but got %s".formatted(seen.next(), entry.position()));
        }
        for (Event event : entry.events()) {
          if (known.tellable(event)) {
            jobs.apply(entry, event);
            nodes.apply(entry, event);
            blobs.apply(event);
          }
        }
        seen = entry.position();
      }
      if (seen.isAfter(before)) {
        jobs.flush();
        change.run(
            "update projection set position = ?, cause = ?",
            seen.value(),
            Change.cut(entries.getLast().cause().value()));
      }
    }
  }
}
