package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// Chooses the tasks that a node gets: of those it can do, the ones that have waited longest.
final class Matchmaker {
  private record Head(Task task, long order, Iterator<Task> rest) {}

  private Matchmaker() {}

  static List<Task> choose(QueueView queue, NodeProfile node, int tasksMax, Instant now) {
    if (tasksMax <= 0) {
      return List.of();
    }
    // A merge of one ordered line for each requirement: the cost grows with what is taken, not with
    // what waits.
    PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparingLong(Head::order));
    for (Requirement wanted : queue.wanted()) {
      if (node.meets(wanted)) {
        push(heads, queue, queue.leasable(wanted, now).iterator());
      }
    }
    List<Task> chosen = new ArrayList<>(Math.min(tasksMax, 64));
    while (chosen.size() < tasksMax && !heads.isEmpty()) {
      Head head = heads.remove();
      chosen.add(head.task());
      push(heads, queue, head.rest());
    }
    return chosen;
  }

  private static void push(PriorityQueue<Head> heads, QueueView queue, Iterator<Task> line) {
    if (line.hasNext()) {
      Task task = line.next();
      heads.add(new Head(task, queue.order(task), line));
    }
  }
}
