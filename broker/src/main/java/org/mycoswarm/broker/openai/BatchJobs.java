package org.mycoswarm.broker.openai;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.Admission;
import org.mycoswarm.broker.embedding.AwaitedJobs;
import org.mycoswarm.broker.embedding.AwaitedJobs.Ended;
import org.mycoswarm.broker.embedding.EmbedTasks;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.ResultTables.Made;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.LogPosition;

/// The jobs of batches, by ids that follow from the batch: whoever asks again after a crash finds
/// the same jobs, and submits none of them twice. Thread-safe; calls block.
public final class BatchJobs {
  /// Of the jobs.
  static final String KIND = "batch";

  private static final CommandId CAUSE = new CommandId("batch");
  private static final int PRIORITY = JobSpec.PRIORITY_USUAL - 1;
  private static final Duration TABLES_WAIT = Duration.ofSeconds(60);
  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(60));

  private final QueueWriter writer;
  private final Admission admission;
  private final AwaitedJobs ends;
  private final Supplier<LogPosition> durable;
  private final ProjectionRunner projection;
  private final JobTables jobs;
  private final ResultTables results;
  private final Duration leaseTime;

  /// @param admission whether anything new is taken now
  /// @param ends hears what the writer wrote
  /// @param durable where the log ends
  /// @param leaseTime how long a node may go without renewing
  public BatchJobs(
      QueueWriter writer,
      Admission admission,
      AwaitedJobs ends,
      Supplier<LogPosition> durable,
      ProjectionRunner projection,
      JobTables jobs,
      ResultTables results,
      Duration leaseTime) {
    this.writer = writer;
    this.admission = admission;
    this.ends = ends;
    this.durable = durable;
    this.projection = projection;
    this.jobs = jobs;
    this.results = results;
    this.leaseTime = leaseTime;
  }

  static JobId id(Batch batch, int number) {
    return new JobId("%s-%d".formatted(batch.id().replace('_', '-'), number));
  }

  /// Submits a job unless that was done before.
  ///
  /// @return completes when it has ended; already, when it had. Null when nothing new is taken now:
  ///     ask again in a second
  @Nullable CompletableFuture<?> submit(Batch batch, BatchPlan.Job job)
      throws InterruptedException {
    JobId id = id(batch, job.number());
    CompletableFuture<Ended> end = ends.await(id);
    if (isKnown(id)) {
      boolean runs = join(writer.ask((state, _) -> state.job(id).isPresent()));
      return runs ? end : CompletableFuture.completedFuture(null);
    }
    if (!isIn(new SubmitJob(id, spec(batch, job), tasks(job)))) {
      ends.leave(id);
      return null;
    }
    return end;
  }

  private boolean isIn(SubmitJob command) {
    if (!admission.takesMore()) {
      return false;
    }
    try {
      return switch (join(writer.submit(CAUSE, command))) {
        case Answer.Accepted accepted -> {
          admission.submitted(accepted.position(), command.tasks().size());
          yield true;
        }
        case Answer.Repeated _ -> true;
        case Answer.Rejected(Rejection.QueueFull _) -> false;
        case Answer.Rejected(Rejection why) -> throw new IllegalStateException(why.message());
      };
    } catch (MailboxFull e) {
      return false;
    }
  }

  private List<TaskSpec> tasks(BatchPlan.Job job) {
    return job.tasks().stream()
        .map(work -> EmbedTasks.of(work.model(), work.inputs(), RETRY, leaseTime))
        .toList();
  }

  /// Nobody waits for the job any more.
  void leave(Batch batch, int number) {
    ends.leave(id(batch, number));
  }

  /// Cancels a job; one that has ended or never was is left alone.
  void cancel(Batch batch, int number) {
    join(writer.submit(CAUSE, new CancelJob(id(batch, number))));
  }

  /// Whether the job was ever submitted.
  boolean isKnown(JobId job) throws InterruptedException {
    catchUp();
    return jobs.job(job).isPresent();
  }

  /// What the tasks of a job made.
  List<Made> made(Batch batch, int number) {
    return results.made(id(batch, number));
  }

  /// Waits until the tables show the whole log.
  ///
  /// @throws TablesUnavailable when they do not for long
  void catchUp() throws InterruptedException {
    if (!projection.awaitPosition(durable.get(), TABLES_WAIT)) {
      throw new TablesUnavailable("they are being filled");
    }
  }

  private static JobSpec spec(Batch batch, BatchPlan.Job job) {
    Instant deadline = batch.expiresAt();
    return new JobSpec(
        "%s part %d".formatted(batch.id(), job.number() + 1),
        KIND,
        "{\"batch\":\"%s\"}".formatted(batch.id()),
        List.of(),
        null,
        new JobSpec.Order(JobSpec.Order.USUAL.submitter(), PRIORITY, 100, deadline));
  }

  /// Waits for the end of a job.
  static void await(CompletableFuture<?> end) throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Expected the end of a job to be told without failing", e);
    }
  }

  private static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }
}
