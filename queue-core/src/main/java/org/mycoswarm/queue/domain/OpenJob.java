package org.mycoswarm.queue.domain;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A job with its tasks, as the state keeps it. There may be a million of them, most with one task:
/// what few jobs need is made when they do.
final class OpenJob {
  Job job;

  /// How often one of its tasks was leased at most.
  int attempts;

  /// By number; null for those that succeeded. As long as the job has tasks, or longer.
  private @Nullable Task[] tasks;

  /// Which tasks come after a task that has not ended.
  private @Nullable Map<Integer, SortedSet<Integer>> dependents;

  /// Tasks that wait until all others have ended.
  private @Nullable BitSet waitForAll;

  /// Where its ready tasks stand: at one place mostly, or at several.
  private @Nullable JobFlow flow;

  private @Nullable Map<Line, JobFlow> flows;

  OpenJob(Job job) {
    this.job = job;
    this.tasks = new Task[job.tasks()];
  }

  QueueView.Leasable leasable() {
    return new QueueView.Leasable(job.tasks(), attempts);
  }

  @Nullable Task task(int number) {
    return number < job.tasks() ? tasks[number] : null;
  }

  Task known(int number) {
    Task task = task(number);
    if (task == null) {
      throw new IllegalStateException(
          "Expected task '%s.%d' to be open, but it has ended or never was"
              .formatted(job.id(), number));
    }
    return task;
  }

  Stream<Task> known() {
    return Arrays.stream(tasks, 0, job.tasks()).flatMap(Stream::ofNullable);
  }

  /// Makes room for tasks behind those it has.
  void add(int more, int beforeLast) {
    job = job.added(more, beforeLast);
    if (tasks.length < job.tasks()) {
      boolean grows = tasks.length > 0;
      tasks = Arrays.copyOf(tasks, job.tasks() + (grows ? job.tasks() / 2 : 0));
    }
  }

  void set(int number, @Nullable Task task) {
    tasks[number] = task;
  }

  Map<Integer, SortedSet<Integer>> dependents() {
    return dependents == null ? Map.of() : dependents;
  }

  SortedSet<Integer> dependentsOf(int number) {
    return dependents().getOrDefault(number, Collections.emptySortedSet());
  }

  void comesAfter(int before, int number) {
    if (dependents == null) {
      dependents = new HashMap<>();
    }
    dependents.computeIfAbsent(before, _ -> new TreeSet<>()).add(number);
  }

  /// The task has ended.
  ///
  /// @return those that came after it
  SortedSet<Integer> takeDependents(int number) {
    SortedSet<Integer> taken = dependents == null ? null : dependents.remove(number);
    return taken == null ? Collections.emptySortedSet() : taken;
  }

  boolean waitsForAll(int number) {
    return waitForAll != null && waitForAll.get(number);
  }

  void waitForAll(int number) {
    if (waitForAll == null) {
      waitForAll = new BitSet();
    }
    waitForAll.set(number);
  }

  /// The task has ended while it waited for these, and perhaps for all.
  void waitsNoMore(int number, List<Integer> after) {
    if (waitForAll != null) {
      waitForAll.clear(number);
    }
    for (int before : after) {
      SortedSet<Integer> waiting = dependents().get(before);
      if (waiting != null && waiting.remove(number) && waiting.isEmpty()) {
        takeDependents(before);
      }
    }
  }

  /// All others have ended.
  ///
  /// @return those that waited for it
  int[] takeWaitingForAll() {
    BitSet taken = waitForAll;
    waitForAll = null;
    return taken == null ? new int[0] : taken.stream().toArray();
  }

  BitSet waitingForAll() {
    return waitForAll == null ? new BitSet() : waitForAll;
  }

  Collection<JobFlow> flows() {
    if (flows != null) {
      return flows.values();
    }
    return flow == null ? List.of() : List.of(flow);
  }

  @Nullable JobFlow flow(Line line) {
    if (flows != null) {
      return flows.get(line);
    }
    return flow != null && flow.line == line ? flow : null;
  }

  void begin(JobFlow begun) {
    if (flows != null) {
      flows.put(begun.line, begun);
    } else if (flow == null) {
      flow = begun;
    } else {
      flows = new LinkedHashMap<>();
      flows.put(flow.line, flow);
      flows.put(begun.line, begun);
      flow = null;
    }
  }

  void end(JobFlow ended) {
    if (flows != null) {
      flows.remove(ended.line);
    } else {
      flow = null;
    }
  }
}
