package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be done. The queue decides by the terms and never reads the payload.
///
/// @param label what a person recognises the task by, such as the path of a document
/// @param parent number of the task in the same job whose result asked for this one, or null
/// @param payload a JSON object
/// @param blobs every blob the payload refers to; they are kept as long as the job is
/// @param start what it waits for before it may be leased
public record TaskSpec(
    Terms terms,
    String label,
    @Nullable Integer parent,
    String payload,
    List<BlobHash> blobs,
    Start start) {
  /// @param notBefore it may be leased from here on, or null
  /// @param after numbers of tasks of the same job that must have succeeded; each is smaller than
  ///     the task's own
  /// @param last whether it waits until every task of the job that is not `last` has ended, however
  ///     it did
  public record Start(@Nullable Instant notBefore, List<Integer> after, boolean last) {
    public static final Start AT_ONCE = new Start(null, List.of(), false);

    public Start {
      after = after.stream().distinct().toList();
    }
  }

  public TaskSpec {
    blobs = List.copyOf(blobs);
  }

  public TaskSpec(
      Requirement requirement,
      String label,
      @Nullable Integer parent,
      String payload,
      List<BlobHash> blobs,
      RetryPolicy retry,
      Duration leaseTime) {
    this(
        new Terms(requirement, retry, leaseTime, null, 1, null),
        label,
        parent,
        payload,
        blobs,
        Start.AT_ONCE);
  }

  public Requirement requirement() {
    return terms.requirement();
  }

  public RetryPolicy retry() {
    return terms.retry();
  }

  public Duration leaseTime() {
    return terms.leaseTime();
  }

  /// The same, as so much work.
  public TaskSpec costing(long cost) {
    Terms dear =
        new Terms(
            terms.requirement(),
            terms.retry(),
            terms.leaseTime(),
            terms.limitKey(),
            cost,
            terms.deadline());
    return new TaskSpec(dear, label, parent, payload, blobs, start);
  }

  TaskSpec withoutDeadline() {
    Terms lasting =
        new Terms(
            terms.requirement(),
            terms.retry(),
            terms.leaseTime(),
            terms.limitKey(),
            terms.cost(),
            null);
    return new TaskSpec(lasting, label, parent, payload, blobs, start);
  }
}
