package org.mycoswarm.broker.api;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.broker.projection.TaskTables;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.TaskSpec.Start;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.JobView.TaskCounts;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.TaskView;

/// Answers from the tables as if they were never behind: whoever was told that something happened
/// also sees it. When the tables are far behind, as after they were replaced, listings show what is
/// there already, and what cannot be found counts as not known yet.
final class Lookups {
  private static final Duration WAIT = Duration.ofSeconds(2);

  /// Waits a while for the tables to show the whole log.
  @FunctionalInterface
  interface CatchUp {
    /// @return whether they do
    boolean await() throws InterruptedException;
  }

  private final CatchUp catchUp;
  private final JobTables jobs;
  private final TaskTables tasks;
  private final NodeTables nodes;

  Lookups(
      QueueGateway queue,
      ProjectionRunner projection,
      JobTables jobs,
      TaskTables tasks,
      NodeTables nodes) {
    this(() -> projection.awaitPosition(queue.durable(), WAIT), jobs, tasks, nodes);
  }

  Lookups(CatchUp catchUp, JobTables jobs, TaskTables tasks, NodeTables nodes) {
    this.catchUp = catchUp;
    this.jobs = jobs;
    this.tasks = tasks;
    this.nodes = nodes;
  }

  /// @throws ProblemException `not-found`
  JobView job(JobId job) throws InterruptedException {
    return found(
        () -> jobs.job(job),
        "Expected a job with the id '%s', but there is none; GET /api/v1/jobs lists them"
            .formatted(job));
  }

  /// The job, if there is one.
  ///
  /// @throws TablesUnavailable when it is not there, and the tables do not show all that is durable
  ///     now
  Optional<JobView> jobOnceKnown(JobId job) throws InterruptedException {
    boolean caughtUp = caughtUp();
    Optional<JobView> view = jobs.job(job);
    if (view.isEmpty() && !caughtUp) {
      throw new TablesUnavailable("they are being filled");
    }
    return view;
  }

  /// @throws ProblemException `not-found`
  TaskView task(TaskId task) throws InterruptedException {
    return found(
        () -> tasks.task(task),
        "Expected a task with the id '%s', but there is none; GET /api/v1/jobs/{job}/tasks lists them"
            .formatted(task));
  }

  Page<JobView> jobs(
      @Nullable String state,
      @Nullable String batch,
      @Nullable String kind,
      int limit,
      @Nullable String cursor)
      throws InterruptedException {
    Inputs.oneOf("state", state, JobTables.STATES);
    caughtUp();
    return Inputs.checked(() -> jobs.jobs(state, batch, kind, limit, cursor));
  }

  Page<TaskView> tasks(
      JobId job, @Nullable String state, @Nullable String kind, int limit, @Nullable String cursor)
      throws InterruptedException {
    Inputs.oneOf("state", state, TaskTables.STATES);
    job(job);
    return Inputs.checked(() -> tasks.tasks(job, state, kind, limit, cursor));
  }

  Page<NodeView> nodes(int limit, @Nullable String cursor) throws InterruptedException {
    caughtUp();
    return Inputs.checked(() -> nodes.nodes(limit, cursor));
  }

  /// Where the log begins to speak of a job.
  LogPosition submission(JobId job) throws InterruptedException {
    job(job);
    return jobs.submission(job).orElseThrow();
  }

  /// The job right after it was submitted; this needs no tables.
  JobView submitted(SubmitJob command, Answer.Accepted answer) {
    Instant at = answer.at().truncatedTo(ChronoUnit.MILLIS); // as the tables have it
    boolean ended = command.tasks().isEmpty();
    JobSpec.Order order = command.spec().order();
    return new JobView(
        command.job().value(),
        command.spec().name(),
        command.spec().kind(),
        ended ? "succeeded" : "running",
        order.submitter(),
        order.priority(),
        false,
        null,
        null,
        at,
        ended ? at : null,
        answer.position().value(),
        counts(command.tasks(), answer.at()),
        Map.of(),
        List.of());
  }

  private static TaskCounts counts(List<TaskSpec> tasks, Instant decided) {
    boolean before = tasks.stream().anyMatch(task -> !task.start().last());
    int blocked = 0;
    int waiting = 0;
    for (TaskSpec task : tasks) {
      Start start = task.start();
      if (!start.after().isEmpty() || (start.last() && before)) {
        blocked++;
      } else if (start.notBefore() != null && start.notBefore().isAfter(decided)) {
        waiting++;
      }
    }
    int count = tasks.size();
    return new TaskCounts(count, count - waiting - blocked, waiting, blocked, 0, 0, 0, 0);
  }

  /// @param missing what to say when it is not there
  private <T> T found(Supplier<Optional<T>> view, String missing) throws InterruptedException {
    boolean caughtUp = caughtUp();
    return view.get().orElseThrow(() -> caughtUp ? ProblemException.notFound(missing) : behind());
  }

  private boolean caughtUp() throws InterruptedException {
    return catchUp.await();
  }

  private static ProblemException behind() {
    return new ProblemException(
        ProblemType.UNAVAILABLE,
        "Expected the tables to show the whole log, but they are being filled; nothing is lost, ask again in a moment",
        Map.of("Retry-After", "2"));
  }
}
