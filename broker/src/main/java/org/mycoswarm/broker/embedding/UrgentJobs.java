package org.mycoswarm.broker.embedding;

import java.time.Duration;
import java.time.InstantSource;
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
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;

/// Has the nodes work while somebody waits: a job of the kind `query`, which a node that is idle
/// leases with the very sync that submits it, and whose end is heard from the log. Thread-safe;
/// calls block.
///
/// Such jobs are not listed unless they are asked for, and are forgotten within minutes. One whose
/// asker went away is cancelled; should the broker end meanwhile, its deadline ends it.
public final class UrgentJobs {
  private static final CommandId CAUSE = new CommandId("query");
  private static final Duration DEADLINE_AFTER_WAIT = Duration.ofSeconds(5);

  /// How it went.
  public sealed interface Outcome {}

  /// The job has ended, one way or the other.
  public record Done(Ended end) implements Outcome {}

  /// It had not ended in time, and is cancelled.
  public record Late() implements Outcome {}

  /// The queue takes no more for now.
  public record Refused(String reason) implements Outcome {}

  private final QueueWriter writer;
  private final AwaitedJobs ends;
  private final ModelOffers offers;
  private final Supplier<String> ids;
  private final InstantSource clock;

  /// @param ends hears what the writer wrote
  /// @param ids makes ids that no job has
  public UrgentJobs(
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

  /// Whether a node that lives, and is neither paused nor drained, offers what is required.
  ///
  /// @throws MailboxFull when the queue takes no more for now
  public boolean isOffered(Requirement wanted) {
    return join(writer.ask((state, _) -> offers.isOffered(state, wanted)));
  }

  /// Has the tasks done.
  ///
  /// @param wait how long at most, positive
  /// @throws InterruptedException when the caller is; the job is cancelled
  public Outcome run(List<TaskSpec> tasks, int priority, Duration wait)
      throws InterruptedException {
    JobId job = new JobId(ids.get());
    CompletableFuture<Ended> end = ends.await(job);
    boolean over = false;
    try {
      if (join(writer.submit(CAUSE, new SubmitJob(job, spec(priority, wait), tasks)))
          instanceof Answer.Rejected(var why)) {
        over = true;
        return new Refused(why.message());
      }
      Ended ended = end.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      over = true;
      return new Done(ended);
    } catch (MailboxFull e) {
      return new Refused(String.valueOf(e.getMessage()));
    } catch (TimeoutException e) {
      return new Late();
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

  private static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
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
