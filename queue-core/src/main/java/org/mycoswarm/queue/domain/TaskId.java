package org.mycoswarm.queue.domain;

/// Names a task by its job and its number in it, counted from 0. Written `job.number`.
public record TaskId(JobId job, int number) {
  public TaskId {
    if (number < 0) {
      throw new IllegalArgumentException(
          "Expected a task number of 0 or more, but it is " + number);
    }
  }

  /// @throws IllegalArgumentException when the text is not of the form `job.number`
  public static TaskId parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot < 1) {
      throw new IllegalArgumentException(
          "Expected a task id of the form 'job.number', but it is '%s'".formatted(text));
    }
    return new TaskId(new JobId(text.substring(0, dot)), Numbers.parse(text, dot + 1));
  }

  @Override
  public String toString() {
    return job + "." + number;
  }
}
