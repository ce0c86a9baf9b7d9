package org.mycoswarm.broker.embedding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.broker.embedding.AwaitedJobs.Ended;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.schema.wire.EmbedDetail;

/// Has the nodes embed while somebody waits. Thread-safe; calls block.
public final class UrgentEmbedding {
  /// Of a person who waits: before all others.
  public static final int PRIORITY_OF_PEOPLE = JobSpec.PRIORITY_MAX;

  /// Of a program that waits: before all but people.
  public static final int PRIORITY_OF_PROGRAMS = JobSpec.PRIORITY_MAX - 1;

  private final UrgentJobs jobs;

  public UrgentEmbedding(UrgentJobs jobs) {
    this.jobs = jobs;
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
    requireOffer(model);
    List<TaskSpec> tasks = EmbedTasks.urgent(model, inputs);
    Ended ended = run(tasks, priority, wait);
    List<EmbedDetail> details = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      details.add(detail(model, ended, i));
    }
    return details;
  }

  private void requireOffer(String model) {
    try {
      if (!jobs.isOffered(new Requirement(EmbedTasks.KIND, model))) {
        throw new NoVector(
            NoVector.Cause.NO_NODE,
            "Expected a node that offers to embed with the model '%s', but none does now. Start a node that has it, or wait until one is back"
                .formatted(model));
      }
    } catch (MailboxFull e) {
      throw new NoVector(NoVector.Cause.OVERLOADED, String.valueOf(e.getMessage()));
    }
  }

  private Ended run(List<TaskSpec> tasks, int priority, Duration wait) throws InterruptedException {
    return switch (jobs.run(tasks, priority, wait)) {
      case UrgentJobs.Done(Ended ended) -> ended;
      case UrgentJobs.Refused(String reason) ->
          throw new NoVector(NoVector.Cause.OVERLOADED, reason);
      case UrgentJobs.Late() ->
          throw new NoVector(
              NoVector.Cause.BUSY,
              "Expected vectors within %.1f s, but every node that offers the model is busy or silent. Ask again, or add a node"
                  .formatted(wait.toMillis() / 1e3));
    };
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
}
