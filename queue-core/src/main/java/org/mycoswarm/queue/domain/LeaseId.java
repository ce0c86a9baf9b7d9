package org.mycoswarm.queue.domain;

/// The fencing token: one attempt at one task. A report that carries an attempt which is no longer
/// the leased one is refused. Written `job.number.attempt`; attempts count from 1.
public record LeaseId(TaskId task, int attempt) {
  public LeaseId {
    if (attempt < 1) {
      throw new IllegalArgumentException("Expected an attempt of 1 or more, but it is " + attempt);
    }
  }

  /// @throws IllegalArgumentException when the text is not of the form `job.number.attempt`
  public static LeaseId parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot < 1) {
      throw new IllegalArgumentException(
          "Expected a lease id of the form 'job.number.attempt', but it is '%s'".formatted(text));
    }
    return new LeaseId(TaskId.parse(text.substring(0, dot)), Numbers.parse(text, dot + 1));
  }

  @Override
  public String toString() {
    return task + "." + attempt;
  }
}
