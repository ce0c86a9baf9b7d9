package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says why a task is not being worked on, with names and numbers: what it waits for, what holds it
/// back, and for each node what is missing. Reads the state between two commands.
public final class PendingReasons {
  private static final int NAMED_MAX = 10;

  /// @param state one of `blocked`, `waiting`, `ready`, `leased`, `buried`
  /// @param reasons whole sentences, the one that matters most first
  public record Why(String state, List<String> reasons) {
    public Why {
      reasons = List.copyOf(reasons);
    }
  }

  private final QueueState state;
  private final Limits limits;
  private final @Nullable Function<NodeId, Optional<Instant>> lastSeen;
  private final List<String> reasons = new ArrayList<>();

  private PendingReasons(
      QueueState state, Limits limits, @Nullable Function<NodeId, Optional<Instant>> lastSeen) {
    this.state = state;
    this.limits = limits;
    this.lastSeen = lastSeen;
  }

  /// @param lastSeen when a node was heard of last; null for a state of the past, of which nobody
  ///     knows it any more
  /// @return empty when the task has succeeded, or its job is gone
  public static Optional<Why> of(
      QueueState state,
      TaskId id,
      Limits limits,
      @Nullable Function<NodeId, Optional<Instant>> lastSeen) {
    return state.task(id).map(task -> new PendingReasons(state, limits, lastSeen).why(task));
  }

  private Why why(Task task) {
    return switch (task) {
      case Task.Blocked t -> blocked(t);
      case Task.Waiting t -> waiting(t);
      case Task.Ready t -> ready(t);
      case Task.Leased t ->
          say(
              "leased",
              "Node '%s' works on it: attempt %d, after %d of at most %d failures"
                  .formatted(t.node(), t.attempt(), t.failures(), t.terms().retry().attemptsMax()));
      case Task.Buried t -> say("buried", "It is buried: " + t.reason());
    };
  }

  private Why blocked(Task.Blocked task) {
    List<String> before = new ArrayList<>();
    for (int number : state.spec(task).start().after()) {
      state
          .task(new TaskId(task.id().job(), number))
          .ifPresent(other -> before.add("%s (%s)".formatted(other.id(), word(other))));
    }
    if (!before.isEmpty()) {
      reasons.add("It comes after tasks that have not succeeded: " + some(before));
    }
    if (task.facts().last()) {
      job(task)
          .filter(job -> job.openBeforeLast() > 0)
          .ifPresent(
              job ->
                  reasons.add(
                      String.format(
                          Locale.ROOT,
                          "It waits until the other %,d open tasks of its job have ended",
                          job.openBeforeLast())));
    }
    return said("blocked");
  }

  private Why waiting(Task.Waiting task) {
    Duration left = Duration.between(state.time(), task.until());
    reasons.add(
        task.failures() > 0
            ? "It failed %d of at most %d times, and may be leased again at %s, in %.1f s"
                .formatted(
                    task.failures(),
                    task.terms().retry().attemptsMax(),
                    task.until(),
                    left.toMillis() / 1e3)
            : "Its start was put off to %s, in %.1f s"
                .formatted(task.until(), left.toMillis() / 1e3));
    paused(task);
    return said("waiting");
  }

  private Why ready(Task.Ready task) {
    paused(task);
    throttled(task);
    nodes(task);
    return said("ready");
  }

  private void paused(Task task) {
    job(task)
        .filter(Job::paused)
        .ifPresent(job -> reasons.add("Its job '%s' is paused".formatted(job.id())));
  }

  private void throttled(Task task) {
    for (Gate gate : state.lines.gatesOf(task.terms())) {
      Integer concurrent = gate.throttle.concurrentMax();
      if (concurrent != null && gate.running >= concurrent) {
        reasons.add(
            "At most %d tasks of %s run at a time, and %d do"
                .formatted(concurrent, gate.scope, gate.running));
      }
      Instant opens = gate.throttle.opens(gate.next);
      if (gate.throttle.perMinuteMax() != null && opens.isAfter(state.time())) {
        reasons.add(
            "At most %d tasks of %s start a minute; the next may at %s"
                .formatted(gate.throttle.perMinuteMax(), gate.scope, opens));
      }
    }
  }

  private void nodes(Task task) {
    Requirement wanted = task.terms().requirement();
    List<Node> all = state.lines.nodes().stream().toList();
    NodeId only = wanted.node();
    if (only != null) {
      pinned(only, task);
      return;
    }
    if (all.isEmpty()) {
      reasons.add("No node is registered; start one with 'mycoswarm node'");
      return;
    }
    List<Node> ofKind =
        all.stream()
            .filter(
                node ->
                    node.profile().capabilities().stream()
                        .anyMatch(can -> can.kind().equals(wanted.kind())))
            .toList();
    if (ofKind.isEmpty()) {
      reasons.add(
          "None of %d nodes offers the kind '%s'; they offer %s"
              .formatted(all.size(), wanted.kind(), some(kinds(all))));
      return;
    }
    Map<String, String> each = new TreeMap<>();
    ofKind.forEach(node -> each.put(name(node), hindrance(node, task)));
    each.entrySet().stream()
        .limit(NAMED_MAX)
        .forEach(entry -> reasons.add("Node %s %s".formatted(entry.getKey(), entry.getValue())));
    if (each.size() > NAMED_MAX) {
      reasons.add(
          "%d more nodes offer the kind '%s'".formatted(each.size() - NAMED_MAX, wanted.kind()));
    }
    ahead(task);
  }

  /// Only this node may have it.
  private void pinned(NodeId only, Task task) {
    Node node = state.lines.find(only).orElse(null);
    if (node == null) {
      reasons.add("It waits for the node '%s', which is not registered".formatted(only));
      return;
    }
    String kind = task.terms().requirement().kind();
    SortedSet<String> offered = kinds(List.of(node));
    reasons.add(
        "It waits for the node %s, which %s"
            .formatted(
                name(node),
                offered.contains(kind)
                    ? hindrance(node, task)
                    : "offers %s, but not '%s'".formatted(some(offered), kind)));
    ahead(task);
  }

  /// The first thing that keeps the node from the task.
  private String hindrance(Node node, Task task) {
    Requirement wanted = task.terms().requirement();
    if (NodeProfile.best(node.profile().capabilities(), wanted) == null) {
      List<String> models =
          node.profile().capabilities().stream()
              .filter(can -> can.kind().equals(wanted.kind()))
              .map(can -> String.valueOf(can.model()))
              .toList();
      return "offers '%s' with model %s, but the task asks for model %s"
          .formatted(wanted.kind(), some(models), wanted.model());
    }
    if (!wanted.resources().fitInto(node.profile().resources())) {
      return "has %s, but the task takes %s"
          .formatted(node.profile().resources(), wanted.resources());
    }
    if (node.mode() != NodeMode.ACTIVE) {
      return "could do it, but is " + node.mode();
    }
    String submitter = job(task).map(job -> job.order().submitter()).orElse("");
    if (!node.profile().accepts(submitter)) {
      return "takes only work of %s, but this is of '%s'"
          .formatted(some(node.profile().submitters()), submitter);
    }
    if (node.leases() >= limits.leasesPerNodeMax()) {
      return "could do it, but holds %d of at most %d leases"
          .formatted(node.leases(), limits.leasesPerNodeMax());
    }
    if (!wanted.resources().fitInto(node.free())) {
      return "could do it, but has only %s free, and the task takes %s"
          .formatted(node.free(), wanted.resources());
    }
    Requirement gathers = gathers(node, task);
    if (gathers != null) {
      return "could do it, but keeps its slots for a task that has waited longer and takes "
          + gathers.resources();
    }
    if (lastSeen == null) {
      return "could do it if it lived then, and held %d leases".formatted(node.leases());
    }
    return lastSeen
        .apply(node.id())
        .map(
            seen ->
                "can do it, holds %d leases, and was heard of %.1f s ago"
                    .formatted(
                        node.leases(), Duration.between(seen, state.time()).toMillis() / 1e3))
        .orElse("can do it, but was not heard of since the broker started");
  }

  /// What the node keeps its slots for, if it keeps them from this task; as the [Matchmaker] does.
  private @Nullable Requirement gathers(Node node, Task task) {
    Duration step = limits.ageingStep();
    long rank =
        state.lines.bandsOf(task.terms()).stream()
            .mapToLong(band -> band.effective(band.since, state.time(), step))
            .max()
            .orElse(0);
    for (Line line : node.lines.keySet()) {
      Resources slots = line.requirement().resources();
      long other = line.rankMax(state.time(), step);
      if (rank <= other - Matchmaker.OVERTAKEN_MAX
          && line.room(state.time()) > 0
          && slots.vieWith(task.terms().requirement().resources())
          && !slots.fitInto(node.free())
          && line.isGatheredOn(node, other / Matchmaker.OVERTAKEN_MAX)) {
        return line.requirement();
      }
    }
    return null;
  }

  private void ahead(Task task) {
    int priority = job(task).map(job -> job.order().priority()).orElse(0);
    long all = 0;
    long before = 0;
    for (Band band : state.lines.bandsOf(task.terms())) {
      long ready = band.ready();
      all += ready;
      before += band.priority > priority ? ready : 0;
    }
    reasons.add(
        String.format(
            Locale.ROOT,
            "%,d ready tasks ask for the same, %,d of them with a higher priority than %d",
            all,
            before,
            priority));
  }

  private Optional<Job> job(Task task) {
    return state.known(task.id().job());
  }

  private Why say(String word, String sentence) {
    reasons.add(sentence);
    return said(word);
  }

  private Why said(String word) {
    return new Why(word, reasons);
  }

  private static SortedSet<String> kinds(List<Node> nodes) {
    return nodes.stream()
        .flatMap(node -> node.profile().capabilities().stream())
        .map(Capability::kind)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String name(Node node) {
    return "'%s' (%s)".formatted(node.profile().name(), node.id());
  }

  private static String word(Task task) {
    return switch (task) {
      case Task.Blocked _ -> "blocked";
      case Task.Waiting _ -> "waiting";
      case Task.Ready _ -> "ready";
      case Task.Leased t -> "leased by " + t.node();
      case Task.Buried _ -> "buried";
    };
  }

  private static String some(Iterable<String> names) {
    List<String> first = new ArrayList<>();
    int more = 0;
    for (String name : names) {
      if (first.size() < NAMED_MAX) {
        first.add(name);
      } else {
        more++;
      }
    }
    return String.join(", ", first) + (more == 0 ? "" : " and %d more".formatted(more));
  }
}
