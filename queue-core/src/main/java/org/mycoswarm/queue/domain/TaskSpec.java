package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be done. The queue matches on the requirement and never reads the payload.
///
/// @param label what a person recognises the task by, such as the path of a document
/// @param parent number of the task in the same job whose result asked for this one, or null
/// @param payload a JSON object
/// @param blobs every blob the payload refers to; they are kept as long as the job is
/// @param leaseTime how long a node may go without renewing
public record TaskSpec(
    Requirement requirement,
    String label,
    @Nullable Integer parent,
    String payload,
    List<BlobHash> blobs,
    RetryPolicy retry,
    Duration leaseTime) {
  public TaskSpec {
    blobs = List.copyOf(blobs);
    if (!leaseTime.isPositive()) {
      throw new IllegalArgumentException("Expected a positive lease time, but it is " + leaseTime);
    }
  }

  TaskSpec withParent(int number) {
    return new TaskSpec(requirement, label, number, payload, blobs, retry, leaseTime);
  }
}
