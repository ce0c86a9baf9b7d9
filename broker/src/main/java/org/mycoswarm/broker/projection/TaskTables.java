package org.mycoswarm.broker.projection;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.TaskView;
import org.mycoswarm.schema.wire.TaskView.AttemptView;

/// Asks the tables about tasks and their attempts. Thread-safe. Every method throws
/// [TablesUnavailable] while the tables are being replaced.
public final class TaskTables {
  /// The states of a task, in the words of [TaskView].
  public static final List<String> STATES =
      Arrays.stream(TaskState.values()).map(TaskState::word).toList();

  private static final String COLUMNS =
      """
      select job, number, parent, kind, model, label, state, attempts_max, cost, limit_key,
        pinned_node, deadline_millis, is_last, retry_millis, reason, result
      from tasks""";

  private record Row(
      TaskId id,
      @Nullable Integer parent,
      String kind,
      @Nullable String model,
      String label,
      String state,
      int attemptsMax,
      long cost,
      @Nullable String limitKey,
      @Nullable String node,
      @Nullable Instant deadlineAt,
      boolean last,
      @Nullable Instant retryAt,
      @Nullable String reason,
      @Nullable String result) {}

  private final Tables tables;
  private final InstantSource clock;

  public TaskTables(Tables tables, InstantSource clock) {
    this.tables = tables;
    this.clock = clock;
  }

  public Optional<TaskView> task(TaskId task) {
    return tables.read(
        handle -> {
          List<Row> rows =
              handle
                  .createQuery(COLUMNS + " where job = :job and number = :number")
                  .bind("job", task.job().value())
                  .bind("number", task.number())
                  .map((row, _) -> row(row))
                  .list();
          return views(handle, task.job(), rows).stream().findFirst();
        });
  }

  /// The tasks of a job with their attempts, in the order of their numbers. Empty for a job that
  /// the tables do not know.
  ///
  /// @param state one of [#STATES], or null for all
  /// @param kind a task kind, or null for all
  /// @param limit 1 to 500
  /// @param cursor the `next` of the page before
  /// @throws IllegalArgumentException when one of them is none of that
  public Page<TaskView> tasks(
      JobId job,
      @Nullable String state,
      @Nullable String kind,
      int limit,
      @Nullable String cursor) {
    Cursors.checkState(state, STATES);
    Cursors.checkLimit(limit);
    long after = Cursors.number(cursor, -1);
    String where =
        " where job = :job and number > :after and "
            + condition(state)
            + (kind == null ? "" : " and kind = :kind")
            + order(state)
            + " limit :limit";
    return tables.read(
        handle -> {
          Query query =
              handle
                  .createQuery(COLUMNS + where)
                  .bind("job", job.value())
                  .bind("after", after)
                  .bind("limit", limit + 1);
          if (kind != null) {
            query.bind("kind", kind);
          }
          if (state != null) {
            query.bind("state", state);
          }
          query.bind("now", clock.millis());
          List<Row> rows = query.map((row, _) -> row(row)).list();
          return Cursors.page(
              rows,
              limit,
              last -> Integer.toString(last.id().number()),
              shown -> views(handle, job, shown));
        });
  }

  /// Time passing is no event: a waiting task whose time has come is ready.
  private static String condition(@Nullable String state) {
    return switch (state) {
      case null -> "true";
      case "ready" -> "(state = :state or (state = 'waiting' and retry_millis <= :now))";
      case "waiting" -> "state = :state and retry_millis > :now";
      default -> "state = :state";
    };
  }

  /// Whole columns of the index in use: then H2 stops at the limit instead of sorting all tasks.
  private static String order(@Nullable String state) {
    return state == null || state.equals("ready")
        ? " order by job, number"
        : " order by job, state, number";
  }

  private List<TaskView> views(Handle handle, JobId job, List<Row> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<Integer, List<AttemptView>> attempts = attempts(handle, job, rows);
    Map<Integer, List<Integer>> after = after(handle, job, rows);
    return rows.stream()
        .map(
            row ->
                view(
                    row,
                    after.getOrDefault(row.id().number(), List.of()),
                    attempts.getOrDefault(row.id().number(), List.of())))
        .toList();
  }

  private TaskView view(Row row, List<Integer> after, List<AttemptView> attempts) {
    boolean due = row.retryAt() != null && !row.retryAt().isAfter(clock.instant());
    return new TaskView(
        row.id().toString(),
        row.id().job().value(),
        row.id().number(),
        row.parent(),
        row.kind(),
        row.model(),
        row.label(),
        due ? TaskState.READY.word() : row.state(),
        row.attemptsMax(),
        row.cost(),
        row.limitKey(),
        row.node(),
        row.deadlineAt(),
        after,
        row.last(),
        due ? null : row.retryAt(),
        row.reason(),
        row.result() == null ? null : Columns.json(row.result()),
        attempts);
  }

  private static Map<Integer, List<Integer>> after(Handle handle, JobId job, List<Row> rows) {
    Map<Integer, List<Integer>> after = new HashMap<>();
    handle
        .createQuery(
            """
            select number, after_number from task_after
            where job = :job and number between :first and :last order by number, after_number""")
        .bind("job", job.value())
        .bind("first", rows.getFirst().id().number())
        .bind("last", rows.getLast().id().number())
        .map(
            (row, _) ->
                after.computeIfAbsent(row.getInt(1), _ -> new ArrayList<>()).add(row.getInt(2)))
        .list();
    return after;
  }

  private static Map<Integer, List<AttemptView>> attempts(
      Handle handle, JobId job, List<Row> rows) {
    Map<Integer, List<AttemptView>> attempts = new HashMap<>();
    handle
        .createQuery(
            """
            select a.number, a.attempt, a.node, coalesce(n.name, a.node) as name, a.state,
              a.leased_millis, a.ended_millis, a.reason, a.late
            from attempts a left join nodes n on n.node = a.node
            where a.job = :job and a.number between :first and :last and a.number in (<numbers>)
            order by a.number, a.attempt""")
        .bind("job", job.value())
        .bind("first", rows.getFirst().id().number())
        .bind("last", rows.getLast().id().number())
        .bindList("numbers", rows.stream().map(row -> row.id().number()).toList())
        .map(
            (row, _) ->
                attempts
                    .computeIfAbsent(row.getInt("number"), _ -> new ArrayList<>())
                    .add(attempt(row)))
        .list();
    return attempts;
  }

  private static AttemptView attempt(ResultSet row) throws SQLException {
    return new AttemptView(
        row.getInt("attempt"),
        row.getString("node"),
        row.getString("name"),
        row.getString("state"),
        Instant.ofEpochMilli(row.getLong("leased_millis")),
        Columns.instant(row, "ended_millis"),
        row.getString("reason"),
        row.getInt("late") > 0);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        new TaskId(new JobId(row.getString("job")), row.getInt("number")),
        Columns.number(row, "parent"),
        row.getString("kind"),
        row.getString("model"),
        row.getString("label"),
        row.getString("state"),
        row.getInt("attempts_max"),
        row.getLong("cost"),
        row.getString("limit_key"),
        row.getString("pinned_node"),
        Columns.instant(row, "deadline_millis"),
        row.getBoolean("is_last"),
        Columns.instant(row, "retry_millis"),
        row.getString("reason"),
        row.getString("result"));
  }
}
