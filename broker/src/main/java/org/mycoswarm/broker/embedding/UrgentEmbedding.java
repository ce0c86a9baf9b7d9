package org.mycoswarm.broker.embedding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.mycoswarm.broker.embedding.AwaitedJobs.Ended;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.schema.wire.EmbedDetail;

/// Has the nodes embed while somebody waits: a job of the kind `query`, which a node that is idle
/// leases with the very sync that submits it, and whose end is heard from the log. Thread-safe;
/// calls block.
///
/// Such jobs are not listed unless they are asked for, and are forgotten within minutes. One whose
/// asker went away is cancelled; should the broker end meanwhile, its deadline ends it.
public final class UrgentEmbedding {
  /// Of a person who waits: before all others.
  public static final int PRIORITY_OF_PEOPLE = JobSpec.PRIORITY_MAX;

  /// Of a program that waits: before all but people.
  public static final int PRIORITY_OF_PROGRAMS = JobSpec.PRIORITY_MAX - 1;

  private static final CommandId CAUSE = new CommandId("query");
  private static final Duration DEADLINE_AFTER_WAIT = Duration.ofSeconds(5);

  private final QueueWriter writer;
  private final AwaitedJobs ends;
  private final ModelOffers offers;
  private final Supplier<String> ids;
  private final InstantSource clock;

  /// @param ends hears what the writer wrote
  /// @param ids makes ids that no job has
  public UrgentEmbedding(
      QueueWriter writer,
      AwaitedJobs ends,
      ModelOffers offers,
      Supplier<String> ids,
      InstantSource clock) {
    this.writer = writer;
    this.ends = ends;
    this.offers = offers;
    this.ids = ids;
    this.clock = clock;
  }

  /// What the nodes made of the inputs, task by task, in the order of the inputs. An input that
  /// cannot be embedded is refused in the detail of its task.
  ///
  /// @param model digest
  /// @param wait how long at most, positive
  /// @throws NoVector when a task did not succeed, or not in time
  /// @throws InterruptedException when the caller is; the job is cancelled
  public List<EmbedDetail> embed(String model, EmbedInputs inputs, int priority, Duration wait)
      throws InterruptedException {
    if (!join(writer.ask((state, _) -> offers.isOffered(state, model)))) {
      throw new NoVector(
          NoVector.Cause.NO_NODE,
          "Expected a node that offers to embed with the model '%s', but none does now. Start a node that has it, or wait until one is back"
              .formatted(model));
    }
    List<TaskSpec> tasks = EmbedTasks.urgent(model, inputs);
    Ended ended = run(tasks, priority, wait);
    List<EmbedDetail> details = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      details.add(detail(model, ended, i));
    }
    return details;
  }

  private static EmbedDetail detail(String model, Ended ended, int number) {
    TaskResult result = ended.results().get(number);
    if (result == null) {
      throw new NoVector(
          NoVector.Cause.FAILED,
          "Expected vectors from the model '%s', but the nodes failed: %s"
              .formatted(
                  model, ended.buried().getOrDefault(number, "the job is " + ended.state())));
    }
    try {
      return EmbedTasks.detail(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ended run(List<TaskSpec> tasks, int priority, Duration wait) throws InterruptedException {
    JobId job = new JobId(ids.get());
    CompletableFuture<Ended> end = ends.await(job);
    boolean over = false;
    try {
      submit(new SubmitJob(job, spec(priority, wait), tasks));
      Ended ended = end.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      over = true;
      return ended;
    } catch (TimeoutException e) {
      throw new NoVector(
          NoVector.Cause.BUSY,
          "Expected vectors within %.1f s, but every node that offers the model is busy or silent. Ask again, or add a node"
              .formatted(wait.toMillis() / 1e3));
    } catch (ExecutionException e) {
      throw new IllegalStateException("Expected the end of a job to be told without failing", e);
    } finally {
      ends.leave(job);
      if (!over) {
        // Nobody needs to know how that ends; a job that was refused is none.
        CompletableFuture<Answer> _ = writer.submit(CAUSE, new CancelJob(job));
      }
    }
  }

  private void submit(SubmitJob command) {
    if (join(writer.submit(CAUSE, command)) instanceof Answer.Rejected(var why)) {
      throw new NoVector(NoVector.Cause.OVERLOADED, why.message());
    }
  }

  private static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof MailboxFull full) {
        throw new NoVector(NoVector.Cause.OVERLOADED, String.valueOf(full.getMessage()));
      }
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }

  private JobSpec spec(int priority, Duration wait) {
    JobSpec.Order order =
        new JobSpec.Order(
            JobSpec.Order.USUAL.submitter(),
            priority,
            100,
            clock.instant().plus(wait).plus(DEADLINE_AFTER_WAIT));
    return new JobSpec(JobTables.QUERY, JobTables.QUERY, "{}", List.of(), null, order);
  }
}
