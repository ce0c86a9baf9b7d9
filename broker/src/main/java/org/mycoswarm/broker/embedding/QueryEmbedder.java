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
import org.jspecify.annotations.Nullable;
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
import org.mycoswarm.queue.log.BlobStore;

/// Has a few texts embedded while somebody waits: a job of the kind `query` goes before all others,
/// a node that is idle leases it with the very sync that submits it, and its end is heard from the
/// log. What was asked for lately is remembered. Thread-safe; calls block.
///
/// Such jobs are not listed unless they are asked for, and are forgotten within minutes. One whose
/// asker went away is cancelled; should the broker end meanwhile, its deadline ends it.
public final class QueryEmbedder {
  /// Of the jobs.
  public static final String KIND = JobTables.QUERY;

  private static final CommandId CAUSE = new CommandId("query");
  private static final Duration DEADLINE_AFTER_WAIT = Duration.ofSeconds(5);

  private final QueueWriter writer;
  private final AwaitedJobs ends;
  private final ModelOffers offers;
  private final EmbedTasks tasks;
  private final Supplier<String> ids;
  private final InstantSource clock;
  private final RecentVectors recent = new RecentVectors();

  /// @param ends hears what the writer wrote
  /// @param ids makes ids that no job has
  public QueryEmbedder(
      QueueWriter writer,
      AwaitedJobs ends,
      ModelOffers offers,
      BlobStore blobs,
      Supplier<String> ids,
      InstantSource clock) {
    this.writer = writer;
    this.ends = ends;
    this.offers = offers;
    this.tasks = new EmbedTasks(blobs);
    this.ids = ids;
    this.clock = clock;
  }

  /// The vectors of some texts, in their order; they belong to the caller.
  ///
  /// @param model digest
  /// @param role `query` or `passage`: what the texts are to the model
  /// @param texts one or more
  /// @param wait how long at most, positive
  /// @throws NoVector when there are none, and why
  /// @throws InterruptedException when the caller is; the job is cancelled
  public List<float[]> embed(String model, String role, List<String> texts, Duration wait)
      throws InterruptedException {
    List<float @Nullable []> known = recent.find(model, role, texts);
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (known.get(i) == null && !missing.contains(texts.get(i))) {
        missing.add(texts.get(i));
      }
    }
    List<float[]> made = missing.isEmpty() ? List.of() : compute(model, role, missing, wait);
    recent.keep(model, role, missing, made);
    List<float[]> all = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      float[] vector = known.get(i);
      all.add(vector == null ? made.get(missing.indexOf(texts.get(i))).clone() : vector);
    }
    return all;
  }

  private List<float[]> compute(String model, String role, List<String> texts, Duration wait)
      throws InterruptedException {
    if (!join(writer.ask((state, _) -> offers.isOffered(state, model)))) {
      throw new NoVector(
          NoVector.Cause.NO_NODE,
          "Expected a node that offers to embed with the model '%s', but none does now. Start a node that has it, or wait until one is back"
              .formatted(model));
    }
    Ended ended = run(tasks.of(model, role, texts), wait);
    TaskResult result = ended.results().get(0);
    if (result == null) {
      throw new NoVector(
          NoVector.Cause.FAILED,
          "Expected vectors from the model '%s', but the nodes failed: %s"
              .formatted(model, ended.buried().getOrDefault(0, ended.state())));
    }
    try {
      return tasks.vectors(result, texts.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ended run(TaskSpec task, Duration wait) throws InterruptedException {
    JobId job = new JobId(ids.get());
    CompletableFuture<Ended> end = ends.await(job);
    boolean over = false;
    try {
      submit(new SubmitJob(job, spec(wait), List.of(task)));
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

  private JobSpec spec(Duration wait) {
    JobSpec.Order order =
        new JobSpec.Order(
            JobSpec.Order.USUAL.submitter(),
            JobSpec.PRIORITY_MAX,
            100,
            clock.instant().plus(wait).plus(DEADLINE_AFTER_WAIT));
    return new JobSpec(KIND, KIND, "{}", List.of(), null, order);
  }
}
