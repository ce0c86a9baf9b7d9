package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;

/// What a client will ask for: times are still relative, as in a request.
record Plan(
    String name, String submitter, int priority, int tolerated, int lifeMillis, List<Work> tasks) {
  static final int COST_MAX = 4;
  private static final RetryPolicy RETRY =
      new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(4));

  /// One task.
  ///
  /// @param after number of the task it comes after, or -1
  /// @param lifeMillis until its deadline, or 0
  /// @param node the only one that may have it
  record Work(
      String kind,
      @Nullable String model,
      int delayMillis,
      int after,
      boolean last,
      int cost,
      int cpu,
      int lifeMillis,
      @Nullable NodeId node) {

    /// @param before the tasks in front of it; that it comes after a last one and is none makes a
    ///     circle, which is refused
    /// @param nodes of which the first does every kind, and all of them embed
    static Work random(String kind, List<Work> before, List<NodeId> nodes, Choices.Stream choices) {
      int after = !before.isEmpty() && choices.next(4) == 3 ? choices.next(before.size()) : -1;
      return new Work(
          kind,
          kind.equals("embed") && choices.next(2) == 1 ? "m" + choices.next(2) : null,
          choices.next(6) == 5 ? choices.between(1, 8_000) : 0,
          after,
          choices.next(8) == 7,
          choices.between(1, COST_MAX),
          choices.next(5) == 4 ? choices.between(1, Orders.CPUS) : 0,
          choices.next(14) == 13 ? choices.between(500, 15_000) : 0,
          choices.next(6) == 5
              ? nodes.get(kind.equals("embed") ? choices.next(nodes.size()) : 0)
              : null);
    }

    TaskSpec spec(Instant now, @Nullable Integer parent) {
      Terms terms =
          new Terms(
              new Requirement(kind, model, new Resources(cpu, 0, 0), node),
              RETRY,
              Orders.LEASE,
              null,
              cost,
              lifeMillis == 0 ? null : now.plusMillis(lifeMillis));
      TaskSpec.Start start =
          new TaskSpec.Start(
              delayMillis == 0 ? null : now.plusMillis(delayMillis),
              after < 0 ? List.of() : List.of(after),
              last);
      return new TaskSpec(terms, kind, parent, "{}", List.of(), start);
    }
  }

  /// A few tasks of all sorts.
  ///
  /// @param nodes of which the first does every kind, and all of them embed
  static Plan small(String name, List<NodeId> nodes, Choices.Stream choices) {
    String kind = choices.next(3) == 2 ? "embed" : "chunk";
    List<Work> tasks = new ArrayList<>();
    int count = choices.next(12) == 11 ? 0 : choices.between(1, 4);
    for (int i = 0; i < count; i++) {
      tasks.add(Work.random(kind, tasks, nodes, choices));
    }
    return new Plan(
        name,
        "s" + choices.next(3),
        choices.next(10),
        choices.next(4) == 3 ? choices.next(100) : 100,
        choices.next(14) == 13 ? choices.between(500, 20_000) : 0,
        tasks);
  }

  /// Many tasks that differ in nothing but their cost, so that it shows how they share the nodes.
  static Plan crowd(String name, Choices.Stream choices) {
    List<Work> tasks = new ArrayList<>();
    int count = choices.between(5, 40);
    for (int i = 0; i < count; i++) {
      tasks.add(new Work("chunk", null, 0, -1, false, choices.between(1, COST_MAX), 0, 0, null));
    }
    return new Plan(name, "s" + choices.next(2), 4 + 2 * choices.next(2), 100, 0, tasks);
  }

  /// Many tasks that take one slot, or a few that take all that a node has.
  static Plan slots(String name, Choices.Stream choices) {
    boolean big = choices.next(3) == 2;
    List<Work> tasks = new ArrayList<>();
    int count = big ? choices.between(1, 4) : choices.between(5, 30);
    for (int i = 0; i < count; i++) {
      tasks.add(new Work("chunk", null, 0, -1, false, 1, big ? Orders.CPUS : 1, 0, null));
    }
    return new Plan(name, "s" + choices.next(2), choices.next(10), 100, 0, tasks);
  }

  JobSpec.Order order(Instant now) {
    return new JobSpec.Order(
        submitter, priority, tolerated, lifeMillis == 0 ? null : now.plusMillis(lifeMillis));
  }

  List<TaskSpec> specs(Instant now) {
    return tasks.stream().map(task -> task.spec(now, null)).toList();
  }
}
