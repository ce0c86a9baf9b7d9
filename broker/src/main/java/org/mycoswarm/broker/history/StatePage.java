package org.mycoswarm.broker.history;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mycoswarm.queue.domain.Job;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Node;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Task;

/// A state of the queue, for people to read.
public final class StatePage {
  private static final String JOB = "%-20s %-9s %9s %9s %9s %9s %9s %9s %9s%n";
  private static final String NODE = "%-20s %-9s %9s  %s%n";

  private StatePage() {}

  /// Jobs that run or have buried tasks with their tasks by state, and nodes with their leases.
  public static String of(QueueState state) {
    StringBuilder page = new StringBuilder();
    page.append(
        JOB.formatted(
            "JOB", "STATE", "TASKS", "DONE", "BLOCKED", "WAITING", "READY", "LEASED", "BURIED"));
    List<Job> jobs =
        state.knownJobs().sorted(Comparator.comparing((Job job) -> job.id().value())).toList();
    jobs.forEach(job -> page.append(line(state, job)));
    page.append(NODE.formatted("%nNODE".formatted(), "MODE", "LEASES", "NAME"));
    state
        .nodes()
        .map(state::node)
        .flatMap(node -> node.stream())
        .sorted(Comparator.comparing((Node node) -> node.id().value()))
        .forEach(node -> page.append(line(node)));
    return page.toString();
  }

  private static String line(QueueState state, Job job) {
    Map<Class<?>, Long> tasks =
        state
            .tasksOf(job.id())
            .collect(Collectors.groupingBy(Task::getClass, Collectors.counting()));
    return JOB.formatted(
        job.id(),
        word(state, job.id(), job.paused()),
        job.tasks(),
        job.succeeded(),
        tasks.getOrDefault(Task.Blocked.class, 0L),
        tasks.getOrDefault(Task.Waiting.class, 0L),
        tasks.getOrDefault(Task.Ready.class, 0L),
        tasks.getOrDefault(Task.Leased.class, 0L),
        tasks.getOrDefault(Task.Buried.class, 0L));
  }

  private static String word(QueueState state, JobId job, boolean paused) {
    if (state.job(job).isEmpty()) {
      return "ended";
    }
    return paused ? "paused" : "running";
  }

  private static String line(Node node) {
    return NODE.formatted(
        node.id(),
        node.mode().name().toLowerCase(Locale.ROOT),
        node.leases(),
        printable(node.profile().name()));
  }

  /// One line, and nothing that could move a terminal's cursor.
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
