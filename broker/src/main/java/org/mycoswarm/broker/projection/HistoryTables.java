package org.mycoswarm.broker.projection;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogPosition;

/// Asks the tables what of the past is still needed. Thread-safe.
public final class HistoryTables {
  private final Tables tables;

  public HistoryTables(Tables tables) {
    this.tables = tables;
  }

  /// The first entry that the tables need to go on, and to show every job that runs once more
  /// should they have to be rebuilt: what they have seen last, or the submission of the oldest job
  /// that runs.
  ///
  /// @throws TablesUnavailable while the tables are being replaced
  public LogPosition needed() {
    return tables.read(
        handle ->
            handle
                .createQuery(
                    """
                    select least(
                      (select position from projection),
                      coalesce((select min(submitted) from jobs where state = 'running'),
                        9223372036854775807))""")
                .mapTo(Long.class)
                .map(LogPosition::new)
                .one());
  }

  /// Jobs that ended before a time, the oldest first.
  ///
  /// @throws TablesUnavailable while the tables are being replaced
  public List<JobId> endedBefore(Instant time, int jobsMax) {
    return tables.read(
        handle ->
            handle
                .createQuery(
                    """
                    select job from jobs where finished_millis < :time and state <> 'running'
                    order by finished_millis limit :max""")
                .bind("time", time.toEpochMilli())
                .bind("max", jobsMax)
                .mapTo(String.class)
                .map(JobId::new)
                .list());
  }

  /// Jobs by which somebody waited for a vector, and that ended before a time; the oldest first.
  ///
  /// @throws TablesUnavailable while the tables are being replaced
  public List<JobId> queriesEndedBefore(Instant time, int jobsMax) {
    return tables.read(
        handle ->
            handle
                .createQuery(
                    """
                    select job from jobs
                    where kind = :kind and finished_millis < :time and state <> 'running'
                    order by kind, finished_millis limit :max""")
                .bind("kind", JobTables.QUERY)
                .bind("time", time.toEpochMilli())
                .bind("max", jobsMax)
                .mapTo(String.class)
                .map(JobId::new)
                .list());
  }

  /// That the tables were begun when the start of the log was gone: they do not know the jobs that
  /// were submitted before, nor which blobs those refer to.
  ///
  /// @param first the entry they begin with
  /// @param at when they were begun
  public record BegunLate(LogPosition first, Instant at) {}

  /// Whether they were begun without the start of the log.
  ///
  /// @throws TablesUnavailable while the tables are being replaced
  public Optional<BegunLate> begunLate() {
    return tables.read(
        handle ->
            handle
                .createQuery("select begins, begun_millis from projection where begins > 0")
                .map(
                    (row, _) ->
                        new BegunLate(
                            new LogPosition(row.getLong(1)), Instant.ofEpochMilli(row.getLong(2))))
                .findOne());
  }
}
