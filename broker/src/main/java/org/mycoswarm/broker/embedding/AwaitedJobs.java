package org.mycoswarm.broker.embedding;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.engine.DurableListener;
import org.mycoswarm.queue.log.LogEntry;

/// Tells those who wait for a job how it ended, from the entries of the log themselves: nobody has
/// to ask the tables, which come later. Thread-safe.
public final class AwaitedJobs implements DurableListener {
  /// How a job ended.
  ///
  /// @param state in the words of the interface, such as `succeeded` or `cancelled`
  /// @param reason why it was ended as failed before its last task, or null
  /// @param results of the tasks that succeeded while somebody waited, by number
  /// @param buried why the others did not, by number
  public record Ended(
      String state,
      @Nullable String reason,
      SortedMap<Integer, TaskResult> results,
      SortedMap<Integer, String> buried) {
    public Ended {
      results = Collections.unmodifiableSortedMap(results);
      buried = Collections.unmodifiableSortedMap(buried);
    }
  }

  /// Filled by the writer's thread only.
  private static final class Course {
    final SortedMap<Integer, TaskResult> results = new TreeMap<>();
    final SortedMap<Integer, String> buried = new TreeMap<>();
    final CompletableFuture<Ended> end = new CompletableFuture<>();

    void ended(String state, @Nullable String reason) {
      Ended ended = new Ended(state, reason, new TreeMap<>(results), new TreeMap<>(buried));
      // Whoever waits goes on with a thread of its own, never with the writer's.
      end.completeAsync(() -> ended);
    }
  }

  private final ConcurrentHashMap<JobId, Course> courses = new ConcurrentHashMap<>();

  /// Begins to listen; to be called before the job is submitted, or its end may be missed.
  ///
  /// @return completes when the job has ended; [#leave] must be called in any case
  public CompletableFuture<Ended> await(JobId job) {
    return courses.computeIfAbsent(job, _ -> new Course()).end;
  }

  /// Nobody waits for the job any more.
  public void leave(JobId job) {
    courses.remove(job);
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    if (courses.isEmpty()) {
      return;
    }
    for (LogEntry entry : entries) {
      entry.events().forEach(this::hear);
    }
  }

  private void hear(Event event) {
    switch (event) {
      case Event.TaskSucceeded(LeaseId lease, TaskResult result) -> {
        Course course = courses.get(lease.task().job());
        if (course != null) {
          course.results.put(lease.task().number(), result);
        }
      }
      case Event.TaskBuried(TaskId task, String reason) -> {
        Course course = courses.get(task.job());
        if (course != null) {
          course.buried.put(task.number(), reason);
        }
      }
      case Event.JobFinished e -> end(e.job(), e.outcome().toString(), null);
      case Event.JobFailed e -> end(e.job(), "failed", e.reason());
      case Event.JobCancelled e -> end(e.job(), "cancelled", null);
      default -> {}
    }
  }

  private void end(JobId job, String state, @Nullable String reason) {
    Course course = courses.get(job);
    if (course != null) {
      course.ended(state, reason);
    }
  }
}
