package org.mycoswarm.broker.projection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogPosition;

/// Asks the tables what the tasks of a job made. What has succeeded never changes, so that
/// everything asked with the same `asOf` is of one moment, however long a reader takes.
/// Thread-safe. Every method throws [TablesUnavailable] while the tables have not seen `asOf`
/// (again).
public final class ResultTables {
  /// An `embed` task that succeeded.
  ///
  /// @param root number of the task that stands for the document
  /// @param parentPayload payload of the `chunk` task that asked for it
  public record Embedded(
      int root,
      int number,
      String label,
      String payload,
      String result,
      @Nullable String parentPayload) {}

  /// A task as a report needs it.
  ///
  /// @param payload of a `chunk` or `embed` task that nobody's result asked for; null, or empty,
  ///     for the others
  public record Made(
      int root,
      int number,
      String kind,
      String state,
      @Nullable String payload,
      @Nullable String reason,
      @Nullable String result) {}

  private final Tables tables;

  public ResultTables(Tables tables) {
    this.tables = tables;
  }

  /// Now, as an `asOf`.
  public LogPosition now() {
    return tables.position();
  }

  /// The result of each `embed` task of the job that has succeeded, in no order.
  public List<String> results(JobId job, LogPosition asOf) {
    return asOf(
        asOf,
        handle ->
            handle
                .createQuery(
                    """
                    select result from tasks
                    where job = :job and state = 'succeeded' and kind = 'embed' and position <= :asOf""")
                .bind("job", job.value())
                .bind("asOf", asOf.value())
                .map((row, _) -> row.getString(1))
                .list());
  }

  /// The `embed` tasks of the job that have succeeded, by document and then by number, behind the
  /// given ones.
  public List<Embedded> embedded(
      JobId job, LogPosition asOf, int afterRoot, int afterNumber, int limit) {
    return asOf(
        asOf,
        handle ->
            handle
                .createQuery(
                    """
                    select t.root, t.number, t.label, t.payload, t.result, p.payload as parent_payload
                    from tasks t use index (tasks_by_root)
                      left join tasks p on p.job = t.job and p.number = t.parent
                    where t.job = :job and t.root >= :root
                      and (t.root > :root or t.number > :number)
                      and t.kind = 'embed' and t.state = 'succeeded' and t.position <= :asOf
                    order by t.job, t.root, t.number limit :limit""")
                .bind("job", job.value())
                .bind("asOf", asOf.value())
                .bind("root", afterRoot)
                .bind("number", afterNumber)
                .bind("limit", limit)
                .map((row, _) -> embedded(row))
                .list());
  }

  /// Every task of the job, by document and then by number, as it is now.
  public List<Made> made(JobId job) {
    return tables.read(
        handle ->
            handle
                .createQuery(
                    """
                    select root, number, kind, state, case when parent is null then payload end as payload,
                      reason, result
                    from tasks where job = :job order by root, number""")
                .bind("job", job.value())
                .map((row, _) -> made(row))
                .list());
  }

  /// A task that has ended.
  ///
  /// @param state `succeeded`, `buried` or `cancelled`
  public record EndedTask(
      int number, String state, @Nullable String reason, @Nullable String result, long position) {}

  /// Tasks of the job that ended in an entry after `after`, in the order in which they ended.
  public List<EndedTask> ended(JobId job, long after) {
    return tables.read(
        handle ->
            handle
                .createQuery(
                    """
                    select number, state, reason, result, position from tasks
                    where job = :job and position > :after
                      and state in ('succeeded', 'buried', 'cancelled')
                    order by position, number""")
                .bind("job", job.value())
                .bind("after", after)
                .map(
                    (row, _) ->
                        new EndedTask(
                            row.getInt("number"),
                            row.getString("state"),
                            row.getString("reason"),
                            row.getString("result"),
                            row.getLong("position")))
                .list());
  }

  /// The payload of each task of the job, in the order of their numbers; empty for kinds other than
  /// `chunk` and `embed`.
  public List<String> payloads(JobId job) {
    return tables.read(
        handle ->
            handle
                .createQuery("select payload from tasks where job = :job order by number")
                .bind("job", job.value())
                .map((row, _) -> row.getString(1))
                .list());
  }

  private <T> T asOf(LogPosition asOf, Function<Handle, T> query) {
    return tables.read(
        handle -> {
          long seen = Database.position(handle);
          if (seen < asOf.value()) {
            throw new TablesUnavailable(
                "they have seen entry %d and the question is about entry %s".formatted(seen, asOf));
          }
          return query.apply(handle);
        });
  }

  private static Embedded embedded(ResultSet row) throws SQLException {
    return new Embedded(
        row.getInt("root"),
        row.getInt("number"),
        row.getString("label"),
        row.getString("payload"),
        row.getString("result"),
        row.getString("parent_payload"));
  }

  private static Made made(ResultSet row) throws SQLException {
    return new Made(
        row.getInt("root"),
        row.getInt("number"),
        row.getString("kind"),
        row.getString("state"),
        row.getString("payload"),
        row.getString("reason"),
        row.getString("result"));
  }
}
