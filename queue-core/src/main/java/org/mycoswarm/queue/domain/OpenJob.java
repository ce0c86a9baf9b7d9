package org.mycoswarm.queue.domain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A job with its tasks, as the state keeps it.
final class OpenJob {
  Job job;

  /// By number; null for those that succeeded.
  final List<@Nullable Task> tasks = new ArrayList<>();

  /// Which tasks come after a task that has not ended.
  final Map<Integer, SortedSet<Integer>> dependents = new HashMap<>();

  /// Tasks that wait until all others have ended.
  final BitSet waitForAll = new BitSet();

  /// Where its ready tasks stand.
  final Set<Band.JobFlow> flows = new HashSet<>();

  /// Who made the newest result; the tasks it asks for are near that node's blobs.
  @Nullable NodeId addingNode;

  OpenJob(Job job) {
    this.job = job;
  }

  @Nullable Task task(int number) {
    return number < tasks.size() ? tasks.get(number) : null;
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
    return tasks.stream().flatMap(Stream::ofNullable);
  }
}
