package org.mycoswarm.queue.simulation;

import static org.mycoswarm.queue.simulation.Violation.Promise.A_TASK_IS_LEASED_ONLY_WHEN_IT_MAY_BE;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Throttle;

/// What must be so when a task is leased.
final class LeaseRules {
  private final Map<JobId, Tale.OfJob> jobs;
  private final Map<NodeId, Tale.OfNode> nodes;
  private final Limits limits;
  private final Map<Throttle.Scope, Throttle> throttles = new HashMap<>();

  LeaseRules(Map<JobId, Tale.OfJob> jobs, Map<NodeId, Tale.OfNode> nodes, Limits limits) {
    this.jobs = jobs;
    this.nodes = nodes;
    this.limits = limits;
  }

  void throttle(Throttle.Scope scope, Throttle throttle) {
    throttles.put(scope, throttle);
  }

  Tale.OfNode node(NodeId id) {
    Tale.OfNode node = nodes.get(id);
    if (node == null) {
      throw new Violation(A_TASK_IS_LEASED_ONLY_WHEN_IT_MAY_BE, id + " never registered");
    }
    return node;
  }

  void check(Event.TaskLeased e, Tale.OfTask task, Instant at) {
    Tale.OfJob job = jobs.get(task.id.job());
    Tale.OfNode node = node(e.node());
    expect(e, job == null ? "its job is not known" : task.kept(job, at));
    expect(e, node.mode == NodeMode.ACTIVE, "the node is " + node.mode);
    expect(
        e,
        task.deadline == null || at.isBefore(task.deadline),
        "its deadline was " + task.deadline + ", and it is " + at);
    long held = held(other -> e.node().equals(other.holder)).count();
    expect(e, held < limits.leasesPerNodeMax(), "the node holds " + held);
    expect(e, fits(e.node(), task), "the node cannot do it now, or too many of the kind run");
  }

  /// Whether a throttle spreads leases of this kind over time.
  boolean isPaced(Tale.OfTask task) {
    Throttle.Scope scope = new Throttle.Scope(true, task.spec.requirement().kind());
    return throttles.getOrDefault(scope, Throttle.NONE).perMinuteMax() != null;
  }

  /// Whether the node, as far as it and the throttles go, could have the task now.
  boolean fits(NodeId id, Tale.OfTask task) {
    return fitsInTime(id, task) && slots(id, task);
  }

  /// Whether it could, once enough of its slots are free.
  boolean fitsInTime(NodeId id, Tale.OfTask task) {
    return task.spec.requirement().allows(id)
        && meets(node(id).profile, task.spec.requirement())
        && throttles(task);
  }

  private boolean slots(NodeId id, Tale.OfTask task) {
    int used = held(other -> id.equals(other.holder)).mapToInt(LeaseRules::cpu).sum();
    return cpu(task) == 0 || used + cpu(task) <= Orders.CPUS;
  }

  private boolean throttles(Tale.OfTask task) {
    String kind = task.spec.requirement().kind();
    Throttle throttle = throttles.getOrDefault(new Throttle.Scope(true, kind), Throttle.NONE);
    Integer max = throttle.concurrentMax();
    return max == null || held(other -> other.spec.requirement().kind().equals(kind)).count() < max;
  }

  private Stream<Tale.OfTask> held(Predicate<Tale.OfTask> which) {
    return jobs.values().stream()
        .filter(job -> !job.ended)
        .flatMap(job -> job.tasks.stream())
        .filter(task -> task.held != null && which.test(task));
  }

  private static boolean meets(NodeProfile profile, Requirement requirement) {
    return profile.capabilities().stream().anyMatch(requirement::metBy)
        && requirement.resources().fitInto(profile.resources());
  }

  private static int cpu(Tale.OfTask task) {
    return task.spec.requirement().resources().cpu();
  }

  private static void expect(Event.TaskLeased e, boolean holds, String found) {
    expect(e, holds ? "" : found);
  }

  private static void expect(Event.TaskLeased e, String found) {
    if (!found.isEmpty()) {
      throw new Violation(A_TASK_IS_LEASED_ONLY_WHEN_IT_MAY_BE, "%s, but %s".formatted(e, found));
    }
  }
}
