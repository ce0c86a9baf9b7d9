package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task for a test, of which only what the test is about is said. Three attempts, a lease time of
/// 30 s and a cost of 1 unless it is.
public record TaskDraft(
    String kind,
    @Nullable String limitKey,
    long cost,
    int attempts,
    @Nullable Instant deadline,
    Resources resources,
    TaskSpec.Start start,
    @Nullable NodeId node) {
  static TaskDraft of(String kind) {
    return new TaskDraft(kind, null, 1, 3, null, Resources.NONE, TaskSpec.Start.AT_ONCE, null);
  }

  public TaskDraft cost(long units) {
    return new TaskDraft(kind, limitKey, units, attempts, deadline, resources, start, node);
  }

  public TaskDraft limitKey(String key) {
    return new TaskDraft(kind, key, cost, attempts, deadline, resources, start, node);
  }

  public TaskDraft attempts(int max) {
    return new TaskDraft(kind, limitKey, cost, max, deadline, resources, start, node);
  }

  public TaskDraft deadline(Instant at) {
    return new TaskDraft(kind, limitKey, cost, attempts, at, resources, start, node);
  }

  public TaskDraft takes(Resources slots) {
    return new TaskDraft(kind, limitKey, cost, attempts, deadline, slots, start, node);
  }

  public TaskDraft onlyOn(String only) {
    return new TaskDraft(
        kind, limitKey, cost, attempts, deadline, resources, start, new NodeId(only));
  }

  public TaskDraft notBefore(Instant at) {
    return starting(new TaskSpec.Start(at, start.after(), start.last()));
  }

  public TaskDraft after(Integer... numbers) {
    return starting(new TaskSpec.Start(start.notBefore(), List.of(numbers), start.last()));
  }

  public TaskDraft last() {
    return starting(new TaskSpec.Start(start.notBefore(), start.after(), true));
  }

  public TaskSpec spec() {
    String model = kind.equals("embed") ? Scenario.MODEL : null;
    RetryPolicy retry = new RetryPolicy(attempts, Duration.ofSeconds(1), Duration.ofMinutes(1));
    Terms terms =
        new Terms(
            new Requirement(kind, model, resources, node),
            retry,
            Duration.ofSeconds(30),
            limitKey,
            cost,
            deadline);
    return new TaskSpec(terms, kind + " it", null, "{}", List.of(), start);
  }

  private TaskDraft starting(TaskSpec.Start other) {
    return new TaskDraft(kind, limitKey, cost, attempts, deadline, resources, other, node);
  }
}
