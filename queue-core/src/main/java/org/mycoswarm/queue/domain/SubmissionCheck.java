package org.mycoswarm.queue.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import org.mycoswarm.queue.domain.Rejection.OutOfOrder;
import org.mycoswarm.queue.domain.Rejection.QueueFull;
import org.mycoswarm.queue.domain.Rejection.TooLarge;

/// Whether tasks that someone brings are within the limits.
final class SubmissionCheck {
  private final Limits limits;

  SubmissionCheck(Limits limits) {
    this.limits = limits;
  }

  Optional<Rejection> submission(QueueView queue, Command.SubmitJob c) {
    return tooLarge("tasks in one submission", c.tasks().size(), limits.tasksPerSubmissionMax())
        .or(
            () ->
                tooLarge(
                    "bytes in one submission",
                    bytes(c.tasks()) + bytes(c.spec().detail()),
                    limits.commandBytesMax()))
        .or(() -> full(queue, c.tasks().size(), 1))
        .or(() -> each(c.tasks()));
  }

  /// @param next tasks that a result asks for
  Optional<Rejection> result(QueueView queue, String detail, List<TaskSpec> next) {
    return tooLarge("tasks in one result", next.size(), limits.tasksPerResultMax())
        .or(() -> tooLarge("bytes in one result", bytes(next), limits.commandBytesMax()))
        .or(
            () ->
                tooLarge("bytes in the detail of a result", bytes(detail), limits.detailBytesMax()))
        .or(() -> next.isEmpty() ? Optional.empty() : full(queue, next.size(), 2))
        .or(() -> each(next));
  }

  /// @param times results may fill the queue further than submissions, or work that is under way
  ///     could not go on
  private Optional<Rejection> full(QueueView queue, int more, int times) {
    long max = (long) times * limits.openTasksMax();
    return queue.openTasks() + more > max
        ? Optional.of(new QueueFull(queue.openTasks(), (int) Math.min(max, Integer.MAX_VALUE)))
        : Optional.empty();
  }

  private Optional<Rejection> each(List<TaskSpec> tasks) {
    for (int i = 0; i < tasks.size(); i++) {
      TaskSpec task = tasks.get(i);
      for (int after : task.start().after()) {
        if (after < 0 || after >= i) {
          return Optional.of(new OutOfOrder(i, after));
        }
        if (tasks.get(after).start().last() && !task.start().last()) {
          return Optional.of(new Rejection.AfterLast(i, after));
        }
      }
      Optional<Rejection> over =
          tooLarge("attempts", task.retry().attemptsMax(), limits.attemptsMax())
              .or(
                  () ->
                      tooLarge(
                          "a lease time in seconds",
                          task.leaseTime().toSeconds(),
                          limits.leaseSecondsMax()));
      if (over.isPresent()) {
        return over;
      }
    }
    return Optional.empty();
  }

  private static Optional<Rejection> tooLarge(String what, long found, long max) {
    return found > max ? Optional.of(new TooLarge(what, found, max)) : Optional.empty();
  }

  private static long bytes(List<TaskSpec> tasks) {
    long sum = 0;
    for (TaskSpec task : tasks) {
      sum +=
          100
              + bytes(task.payload())
              + bytes(task.label())
              + 70L * task.blobs().size()
              + 8L * task.start().after().size();
    }
    return sum;
  }

  private static long bytes(String text) {
    return text.getBytes(UTF_8).length;
  }
}
