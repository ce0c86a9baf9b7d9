package org.mycoswarm.broker.projection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.JobView.NodeShare;
import org.mycoswarm.schema.wire.JobView.TaskCounts;
import org.mycoswarm.schema.wire.Page;

/// Asks the tables about jobs. Thread-safe. Every method throws [TablesUnavailable] while the
/// tables are being replaced.
public final class JobTables {
  /// The states of a job, in the words of [JobView].
  public static final List<String> STATES =
      List.of("running", "succeeded", "succeeded-with-failures", "failed", "cancelled");

  /// The kind of jobs by which somebody waits for a vector: many, short, and of no interest.
  public static final String QUERY = "query";

  private static final String COLUMNS =
      """
      select job, name, kind, state, submitter, priority, paused, reason, batch, submitted,
        submitted_millis, finished_millis, position, total, ready, waiting, blocked, leased, succeeded, buried, cancelled
      from jobs""";

  private record Row(
      String job,
      String name,
      String kind,
      String state,
      String submitter,
      int priority,
      boolean paused,
      @Nullable String reason,
      @Nullable String batch,
      long submitted,
      Instant submittedAt,
      @Nullable Instant finishedAt,
      long position,
      TaskCounts counts) {}

  private record Share(String node, String name, int tasks, Instant firstAt, Instant lastAt) {}

  private final Tables tables;
  private final InstantSource clock;

  public JobTables(Tables tables, InstantSource clock) {
    this.tables = tables;
    this.clock = clock;
  }

  public Optional<JobView> job(JobId job) {
    return tables.read(
        handle ->
            handle
                .createQuery(COLUMNS + " where job = :job")
                .bind("job", job.value())
                .map((row, _) -> row(row))
                .findOne()
                .map(row -> view(handle, row)));
  }

  /// Jobs, newest first.
  ///
  /// @param state one of [#STATES], or null for all
  /// @param batch what the jobs of one bulk submission have in common, or null for all
  /// @param kind only jobs of this kind, or null for all but those of the kind [#QUERY]
  /// @param limit 1 to 500
  /// @param cursor the `next` of the page before
  /// @throws IllegalArgumentException when one of them is none of that
  public Page<JobView> jobs(
      @Nullable String state,
      @Nullable String batch,
      @Nullable String kind,
      int limit,
      @Nullable String cursor) {
    Cursors.checkState(state, STATES);
    Cursors.checkLimit(limit);
    long before = Cursors.number(cursor, Long.MAX_VALUE);
    String where =
        " where submitted < :before"
            + (state == null ? "" : " and state = :state")
            + (batch == null ? "" : " and batch = :batch")
            + (kind == null ? " and kind <> :kind" : " and kind = :kind")
            + " order by submitted desc limit :limit";
    return tables.read(
        handle -> {
          var query =
              handle
                  .createQuery(COLUMNS + where)
                  .bind("before", before)
                  .bind("kind", kind == null ? QUERY : kind)
                  .bind("limit", limit + 1);
          if (state != null) {
            query.bind("state", state);
          }
          if (batch != null) {
            query.bind("batch", batch);
          }
          List<Row> rows = query.map((row, _) -> row(row)).list();
          return Cursors.page(
              rows,
              limit,
              last -> Long.toString(last.submitted()),
              shown -> shown.stream().map(row -> view(handle, row)).toList());
        });
  }

  /// The entry that submitted the job: where the job's own event stream starts.
  public Optional<LogPosition> submission(JobId job) {
    return tables.read(
        handle ->
            handle
                .createQuery("select submitted from jobs where job = :job")
                .bind("job", job.value())
                .mapTo(Long.class)
                .findOne()
                .map(LogPosition::new));
  }

  /// The JSON object that the job was submitted with.
  public Optional<String> detail(JobId job) {
    return tables.read(
        handle ->
            handle
                .createQuery("select detail from jobs where job = :job")
                .bind("job", job.value())
                .map((row, _) -> row.getString(1))
                .findOne());
  }

  private JobView view(Handle handle, Row row) {
    Map<String, SortedMap<String, Long>> totals = totals(handle, row.job());
    List<NodeShare> shares = new ArrayList<>();
    for (Share share : shares(handle, row.job())) {
      shares.add(
          new NodeShare(
              share.node(),
              share.name(),
              share.tasks(),
              totals.getOrDefault(share.node(), new TreeMap<>()),
              share.firstAt(),
              share.lastAt()));
    }
    return new JobView(
        row.job(),
        row.name(),
        row.kind(),
        row.state(),
        row.submitter(),
        row.priority(),
        row.paused() && row.state().equals("running"),
        row.reason(),
        row.batch(),
        row.submittedAt(),
        row.finishedAt(),
        row.position(),
        asOfNow(handle, row.job(), row.counts()),
        totals.getOrDefault("", new TreeMap<>()),
        shares);
  }

  /// Time passing is no event: tasks whose time has come count as ready.
  private TaskCounts asOfNow(Handle handle, String job, TaskCounts counts) {
    if (counts.waiting() == 0) {
      return counts;
    }
    int due =
        handle
            .createQuery(
                """
                select count(*) from tasks
                where job = :job and state = 'waiting' and retry_millis <= :now""")
            .bind("job", job)
            .bind("now", clock.millis())
            .mapTo(Integer.class)
            .one();
    return new TaskCounts(
        counts.total(),
        counts.ready() + due,
        counts.waiting() - due,
        counts.blocked(),
        counts.leased(),
        counts.succeeded(),
        counts.buried(),
        counts.cancelled());
  }

  private static Map<String, SortedMap<String, Long>> totals(Handle handle, String job) {
    Map<String, SortedMap<String, Long>> totals = new HashMap<>();
    handle
        .createQuery("select node, unit, amount from job_totals where job = :job")
        .bind("job", job)
        .map(
            (row, _) ->
                totals
                    .computeIfAbsent(row.getString(1), _ -> new TreeMap<>())
                    .put(row.getString(2), row.getLong(3)))
        .list();
    return totals;
  }

  private static List<Share> shares(Handle handle, String job) {
    return handle
        .createQuery(
            """
            select s.node, coalesce(n.name, s.node), s.tasks, s.first_millis, s.last_millis
            from job_node s left join nodes n on n.node = s.node
            where s.job = :job order by s.node""")
        .bind("job", job)
        .map(
            (row, _) ->
                new Share(
                    row.getString(1),
                    row.getString(2),
                    row.getInt(3),
                    Instant.ofEpochMilli(row.getLong(4)),
                    Instant.ofEpochMilli(row.getLong(5))))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("job"),
        row.getString("name"),
        row.getString("kind"),
        row.getString("state"),
        row.getString("submitter"),
        row.getInt("priority"),
        row.getBoolean("paused"),
        row.getString("reason"),
        row.getString("batch"),
        row.getLong("submitted"),
        Instant.ofEpochMilli(row.getLong("submitted_millis")),
        Columns.instant(row, "finished_millis"),
        row.getLong("position"),
        new TaskCounts(
            row.getInt("total"),
            row.getInt("ready"),
            row.getInt("waiting"),
            row.getInt("blocked"),
            row.getInt("leased"),
            row.getInt("succeeded"),
            row.getInt("buried"),
            row.getInt("cancelled")));
  }
}
