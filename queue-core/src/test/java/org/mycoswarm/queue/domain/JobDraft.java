package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.SubmitJob;

/// A job for a test, of which only what the test is about is said.
public record JobDraft(
    String id, String submitter, int priority, int toleratedPercent, @Nullable Instant deadline) {
  static JobDraft of(String id) {
    return new JobDraft(id, "anyone", JobSpec.PRIORITY_USUAL, 100, null);
  }

  public JobDraft by(String other) {
    return new JobDraft(id, other, priority, toleratedPercent, deadline);
  }

  public JobDraft priority(int other) {
    return new JobDraft(id, submitter, other, toleratedPercent, deadline);
  }

  public JobDraft tolerating(int percent) {
    return new JobDraft(id, submitter, priority, percent, deadline);
  }

  public JobDraft deadline(Instant at) {
    return new JobDraft(id, submitter, priority, toleratedPercent, at);
  }

  public SubmitJob of(TaskDraft... tasks) {
    return of(Stream.of(tasks).map(TaskDraft::spec).toList());
  }

  /// That many of the same.
  public SubmitJob of(int count, TaskDraft task) {
    return of(Collections.nCopies(count, task.spec()));
  }

  private SubmitJob of(List<TaskSpec> tasks) {
    JobSpec.Order order = new JobSpec.Order(submitter, priority, toleratedPercent, deadline);
    return new SubmitJob(
        new JobId(id), new JobSpec("a job", "tasks", "{}", List.of(), null, order), tasks);
  }
}
