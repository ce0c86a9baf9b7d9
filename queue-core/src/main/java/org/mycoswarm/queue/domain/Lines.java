package org.mycoswarm.queue.domain;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where tasks stand that may be leased: the lines, the throttles they pass through, and which node
/// can do which of them. Part of the state; the writer only.
final class Lines {
  private final Map<Line.Key, Line> lines = new LinkedHashMap<>();

  /// Kinds that have a line with a ready task whose key lets it start. There may be as many keys as
  /// there are hosts: those that are throttled must not be looked through at every lease.
  private final Set<Gate> open = new LinkedHashSet<>();

  /// Keys whose rate lets the next task start then, or later.
  private final PriorityQueue<Shut> shut = new PriorityQueue<>(comparing(Shut::opens));

  private record Shut(Instant opens, Gate gate) {}

  private final Map<Throttle.Scope, Gate> gates = new HashMap<>();
  private final Map<NodeId, Node> nodes = new HashMap<>();
  private final Set<Gate> rated = new LinkedHashSet<>();
  private final Set<Line> stirred = new LinkedHashSet<>();
  private final Set<Node> stirredNodes = new HashSet<>();
  private Instant time = Instant.EPOCH;
  long turns;

  /// Lets time pass, which never goes back.
  void advance(Instant now) {
    time = now;
    while (!shut.isEmpty() && !shut.peek().opens().isAfter(now)) {
      shut.remove().gate().lines.forEach(this::place);
    }
  }

  /// A task with these terms is known from now on.
  void open(Terms terms) {
    lines.computeIfAbsent(key(terms), this::begin).known++;
  }

  /// A task with these terms is known no more.
  void close(Terms terms) {
    Line line = of(terms);
    if (--line.known == 0) {
      lines.remove(line.key);
      stirred.remove(line);
      nodes.values().forEach(node -> node.lines.remove(line));
      line.gates.forEach(
          gate -> {
            gate.lines.remove(line);
            dropUnneeded(gate);
          });
    }
  }

  void ready(OpenJob job, Task task, Instant at) {
    Line line = of(task.terms());
    JobFlow flow = flowOf(job, line);
    flow.ready(task.facts().number());
    if (flow.band != null) {
      stirred.add(line);
    } else if (!job.job.paused()) {
      enter(flow, task.terms().cost(), at);
    }
  }

  /// The task is not ready any more, and nobody gets it.
  void unready(OpenJob job, Task task) {
    takeOut(flowOf(job, of(task.terms())), task);
  }

  /// The task is leased: whoever it belongs to has used its turn.
  void lease(OpenJob job, Task task, NodeId node, Instant at) {
    Line line = of(task.terms());
    JobFlow flow = flowOf(job, line);
    if (flow.band == null || !flow.isReady(task.facts().number())) {
      throw new IllegalStateException(
          "Expected task '%s' to be ready and its job not to be paused, but it is not"
              .formatted(task.id()));
    }
    flow.band.charge(flow, task.terms().cost(), at);
    line.turn = turns++;
    takeOut(flow, task);
    node(node).started(task.terms());
    line.gates.forEach(gate -> gate.started(at));
    placeAll(line.gates.getLast());
  }

  /// A lease that was written down goes on.
  void leasedBefore(Terms terms, NodeId node) {
    node(node).started(terms);
    of(terms).gates.forEach(gate -> gate.running++);
  }

  void leaseEnded(Terms terms, NodeId id) {
    Node node = node(id);
    node.ended(terms);
    for (Gate gate : of(terms).gates) {
      gate.running--;
      if (gate.wasFull()) {
        stir(gate);
        placeAll(gate);
      }
    }
    // It may have held as many as it may, or all its slots.
    stirredNodes.add(node);
  }

  void pause(OpenJob job) {
    job.flows().forEach(this::leave);
  }

  void resume(OpenJob job, Instant at) {
    for (JobFlow flow : job.flows()) {
      long dearest = flow.ready().mapToLong(n -> job.known(n).terms().cost()).max().orElseThrow();
      enter(flow, dearest, at);
    }
  }

  void register(NodeId id, NodeProfile profile) {
    Node node = nodes.computeIfAbsent(id, _ -> new Node(id, profile));
    node.is(profile);
    lines.values().forEach(node::consider);
    stirredNodes.add(node);
  }

  void mode(NodeId id, NodeMode mode) {
    Node node = node(id);
    node.mode = mode;
    stirredNodes.add(node);
  }

  void throttle(Throttle.Scope scope, Throttle throttle, Instant next) {
    Gate gate = gates.computeIfAbsent(scope, Gate::new);
    gate.throttle = throttle;
    gate.next = next;
    if (gate.isRated()) {
      rated.add(gate);
    } else {
      rated.remove(gate);
    }
    stir(gate);
    placeAll(gate);
    dropUnneeded(gate);
  }

  Throttle throttle(Throttle.Scope scope) {
    Gate gate = gates.get(scope);
    return gate == null ? Throttle.NONE : gate.throttle;
  }

  Optional<Node> find(NodeId id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /// The same id, but the node's own object of it.
  @Nullable NodeId shared(@Nullable NodeId id) {
    Node node = id == null ? null : nodes.get(id);
    return node == null ? id : node.id();
  }

  Collection<Node> nodes() {
    return nodes.values();
  }

  Collection<Line> readyFor(Node node) {
    Set<Line> can = node.lines.keySet();
    List<Line> both = new ArrayList<>();
    for (Gate kind : open) {
      if (kind.room(time) > 0) {
        boolean nodeHasFewer = can.size() < kind.open.size();
        for (Line line : nodeHasFewer ? can : kind.open) {
          if (nodeHasFewer ? kind.open.contains(line) : can.contains(line)) {
            both.add(line);
          }
        }
      }
    }
    return both;
  }

  boolean isAnythingStirred() {
    return !stirred.isEmpty() || !stirredNodes.isEmpty();
  }

  /// Whether a task may have become leasable that the node can do, since [#calm] was called last.
  boolean isStirred(NodeId id) {
    Node node = nodes.get(id);
    return node != null
        && (stirredNodes.contains(node) || !Collections.disjoint(stirred, node.lines.keySet()));
  }

  void calm() {
    stirred.clear();
    stirredNodes.clear();
  }

  /// When the rate of a throttle that holds back a ready task lets the next one start.
  Stream<Instant> opens(Instant now) {
    return rated.stream()
        .map(gate -> gate.throttle.opens(gate.next))
        .filter(opens -> opens.isAfter(now));
  }

  /// Lines that wait for the rate of a throttle.
  void stirThrottled(Instant after, Instant until) {
    rated.stream()
        .filter(
            gate -> {
              Instant opens = gate.throttle.opens(gate.next);
              return opens.isAfter(after) && !opens.isAfter(until);
            })
        .forEach(this::stir);
  }

  /// What tasks with these terms pass through.
  List<Gate> gatesOf(Terms terms) {
    return of(terms).gates;
  }

  /// Where ready tasks with these terms stand.
  Collection<Band> bandsOf(Terms terms) {
    return of(terms).bands.values();
  }

  Collection<Line> all() {
    return lines.values();
  }

  Collection<Gate> gates() {
    return gates.values();
  }

  Line find(Line.Key key) {
    Line line = lines.get(key);
    if (line == null) {
      throw new IllegalStateException("Expected a line for %s, but there is none".formatted(key));
    }
    return line;
  }

  private Line of(Terms terms) {
    return find(key(terms));
  }

  /// A task that was written down as ready; where its job stands follows with the bands.
  void readyBefore(OpenJob job, Task task) {
    flowOf(job, of(task.terms())).ready(task.facts().number());
  }

  void restore(Line line, StateImage.BandImage image, Function<JobId, OpenJob> jobs) {
    line.band(image.priority()).restore(image, place -> flowOf(jobs.apply(place.job()), line));
    place(line);
    stirred.add(line);
  }

  /// Where the ready tasks of a job in a line stand; there is no such place without ready tasks.
  private static JobFlow flowOf(OpenJob job, Line line) {
    JobFlow flow = job.flow(line);
    if (flow == null) {
      flow = new JobFlow(job, line);
      job.begin(flow);
    }
    return flow;
  }

  private void enter(JobFlow flow, long costMax, Instant at) {
    Band band = flow.line.band(flow.job.job.order().priority());
    flow.band = band;
    band.enter(flow, costMax, at);
    place(flow.line);
    stirred.add(flow.line);
  }

  private void takeOut(JobFlow flow, Task task) {
    flow.unready(task.facts().number());
    if (flow.isEmpty()) {
      flow.job.end(flow);
      leave(flow);
    }
  }

  private void leave(JobFlow flow) {
    Band band = flow.band;
    if (band == null) {
      return;
    }
    band.leave(flow);
    flow.band = null;
    if (band.isEmpty()) {
      flow.line.bands.remove(band.priority);
      place(flow.line);
    }
  }

  /// Its throttle, or what runs, has changed.
  private void placeAll(Gate key) {
    if (!key.scope.ofKind()) {
      key.lines.forEach(this::place);
      if (key.isRated() && key.throttle.opens(key.next).isAfter(time)) {
        shut.add(new Shut(key.throttle.opens(key.next), key));
      }
    }
  }

  private void place(Line line) {
    Gate kind = line.kindGate();
    if (line.hasReady() && line.isOpen(time)) {
      kind.open.add(line);
      open.add(kind);
    } else if (kind.open.remove(line) && kind.open.isEmpty()) {
      open.remove(kind);
    }
  }

  private Line begin(Line.Key key) {
    List<Gate> through = new ArrayList<>(2);
    through.add(gate(new Throttle.Scope(true, key.requirement().kind())));
    if (key.limitKey() != null) {
      through.add(gate(new Throttle.Scope(false, key.limitKey())));
    }
    Line line = new Line(key, List.copyOf(through), turns++);
    through.forEach(gate -> gate.lines.add(line));
    nodes.values().forEach(node -> node.consider(line));
    return line;
  }

  private Gate gate(Throttle.Scope scope) {
    return gates.computeIfAbsent(scope, Gate::new);
  }

  private void dropUnneeded(Gate gate) {
    if (!gate.isNeeded()) {
      gates.remove(gate.scope);
    }
  }

  private void stir(Gate gate) {
    gate.lines.stream().filter(Line::hasReady).forEach(stirred::add);
  }

  private Node node(NodeId id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalStateException(
          "Expected node '%s' to be registered, but it is not".formatted(id));
    }
    return node;
  }

  private static Line.Key key(Terms terms) {
    return new Line.Key(terms.requirement(), terms.limitKey());
  }
}
