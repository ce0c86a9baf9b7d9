package org.mycoswarm.broker.pipelines;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.embedding.AwaitedJobs;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Job;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.StagePayload;

/// Stages as jobs of the live queue.
final class QueueStageJobs implements StageJobs {
  static final String JOB_KIND = "pipeline";

  static final String TASK_KIND = "shard-forward";

  private static final CommandId CAUSE = new CommandId("pipeline");

  /// A node that is stopped without a word, its connection still open, is given up after this.
  private static final Duration LEASE = Duration.ofSeconds(5);

  /// The pipeline itself decides who is next, and under which epoch.
  private static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  private static final JobSpec.Order ORDER =
      new JobSpec.Order("pipeline", JobSpec.PRIORITY_MAX, 0, null);

  private final QueueWriter writer;
  private final AwaitedJobs ends;
  private final Supplier<String> ids;

  /// @param ends hears what the writer wrote
  /// @param ids makes ids that no job has
  QueueStageJobs(QueueWriter writer, AwaitedJobs ends, Supplier<String> ids) {
    this.writer = writer;
    this.ends = ends;
    this.ids = ids;
  }

  @Override
  public JobId fresh() {
    return new JobId(ids.get());
  }

  @Override
  public void offer(
      JobId job,
      NodeId node,
      String name,
      StagePayload payload,
      List<BlobHash> blobs,
      long mebibytes,
      BiConsumer<JobId, String> onEnd) {
    CompletableFuture<Void> _ =
        ends.await(job)
            .thenAccept(
                ended -> {
                  ends.leave(job);
                  onEnd.accept(job, why(ended));
                });
    JobSpec spec = new JobSpec(name, JOB_KIND, "{}", List.of(), null, ORDER);
    Answer answer =
        join(
            writer.submit(
                CAUSE,
                new SubmitJob(job, spec, List.of(task(node, name, payload, blobs, mebibytes)))));
    if (answer instanceof Answer.Rejected(var why)) {
      ends.leave(job);
      throw new PipelineUnavailable(why.message());
    }
  }

  private static String why(AwaitedJobs.Ended ended) {
    String buried = ended.buried().get(0);
    return buried == null ? "its job is " + ended.state() : buried;
  }

  private static TaskSpec task(
      NodeId node, String label, StagePayload payload, List<BlobHash> blobs, long mebibytes) {
    Requirement requirement =
        new Requirement(TASK_KIND, null, new Resources(0, mebibytes, 0), node);
    return new TaskSpec(
        new Terms(requirement, ONCE, LEASE, null, 1, null),
        label,
        null,
        json(payload),
        blobs,
        TaskSpec.Start.AT_ONCE);
  }

  @Override
  public void withdraw(JobId job) {
    ends.leave(job);
    CompletableFuture<Answer> _ = writer.submit(CAUSE, new CancelJob(job));
  }

  @Override
  public @Nullable JobId heldBy(String lease) {
    LeaseId id;
    try {
      id = LeaseId.parse(lease);
    } catch (IllegalArgumentException e) {
      return null;
    }
    boolean held = join(writer.ask((state, _) -> isHeld(state, id)));
    return held ? id.task().job() : null;
  }

  private static boolean isHeld(QueueState state, LeaseId lease) {
    Optional<Task> task = state.task(lease.task());
    return task.isPresent()
        && task.get() instanceof Task.Leased leased
        && leased.lease().equals(lease);
  }

  /// Ends what an earlier broker offered: its pipelines are gone with it.
  void withdrawAll() {
    join(writer.ask((state, _) -> left(state))).forEach(this::withdraw);
  }

  private static List<JobId> left(QueueState state) {
    return state
        .knownJobs()
        .filter(job -> job.order().submitter().equals(ORDER.submitter()) && job.open() > 0)
        .map(Job::id)
        .filter(
            job ->
                state
                    .tasksOf(job)
                    .allMatch(task -> task.terms().requirement().kind().equals(TASK_KIND)))
        .toList();
  }

  private static String json(StagePayload payload) {
    try {
      return Json.LENIENT.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a stage to have a JSON form", e);
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
