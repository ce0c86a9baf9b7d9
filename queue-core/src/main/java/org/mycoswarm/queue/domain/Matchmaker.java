package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Gives ready tasks to nodes that ask. Which task is next is a matter of the lines: priority with
/// ageing, then fair turns. Which of several nodes gets it is a matter of fit: the one that has the
/// blobs, then one that has the model loaded, then the smallest that can do it, then the fastest;
/// so a big node is kept for what only it can do.
final class Matchmaker {
  /// Matches of one command; an entry of the log must stay small.
  private static final int MATCHES_MAX = 2_000;

  record Match(Task task, NodeId node) {}

  /// A node that asks, with what it still takes.
  private static final class Seat {
    final Node node;
    int tasks;
    long cost;
    boolean empty = true;
    Resources free;

    Seat(Ask ask, Node node, int tasks) {
      this.node = node;
      this.tasks = tasks;
      this.cost = ask.costMax();
      this.free = node.free();
    }

    boolean takes(Task task, String submitter) {
      return tasks > 0
          && (empty || task.terms().cost() <= cost)
          && task.terms().requirement().resources().fitInto(free)
          && node.profile().accepts(submitter);
    }

    void take(Task task) {
      tasks--;
      cost -= task.terms().cost();
      free = free.minus(task.terms().requirement().resources());
      empty = false;
    }
  }

  /// One line and the seats that can do it.
  private final class Queue {
    final Line.Walk walk;
    final List<Seat> seats = new ArrayList<>();
    Band.@Nullable Walk next;
    long rank;
    long turn;

    Queue(Line line) {
      this.walk = line.new Walk(now, ageing);
      this.turn = line.turn;
    }

    boolean advance() {
      next =
          walk.next(
              submitter ->
                  seats.stream()
                      .anyMatch(seat -> seat.tasks > 0 && seat.node.profile().accepts(submitter)));
      rank = next == null ? 0 : walk.effective(next);
      return next != null;
    }

    boolean loaded() {
      return seats.stream().anyMatch(seat -> keepsItsModel(seat, walk.line().requirement()));
    }
  }

  private final QueueView queue;
  private final Instant now;
  private final Duration ageing;
  private final Map<Line, Queue> queues = new LinkedHashMap<>();
  private final Map<Gate, Integer> started = new LinkedHashMap<>();
  private long turns = Long.MAX_VALUE / 2;

  private Matchmaker(QueueView queue, Instant now, Duration ageing) {
    this.queue = queue;
    this.now = now;
    this.ageing = ageing;
  }

  /// @param asks of nodes that are registered
  static List<Match> match(QueueView queue, List<Ask> asks, Limits limits, Instant now) {
    Matchmaker matchmaker = new Matchmaker(queue, now, limits.ageingStep());
    for (Ask ask : asks) {
      Node node = queue.node(ask.node()).orElseThrow();
      int room = Math.min(ask.tasksMax(), limits.leasesPerNodeMax() - node.leases());
      if (room > 0 && node.mode() == NodeMode.ACTIVE) {
        matchmaker.sit(new Seat(ask, node, room));
      }
    }
    return matchmaker.matches();
  }

  private void sit(Seat seat) {
    for (Line line : queue.readyLines(seat.node)) {
      queues.computeIfAbsent(line, Queue::new).seats.add(seat);
    }
  }

  private List<Match> matches() {
    PriorityQueue<Queue> order =
        new PriorityQueue<>(
            Comparator.<Queue>comparingLong(q -> -q.rank)
                .thenComparing(q -> !q.loaded())
                .thenComparingLong(q -> q.turn));
    queues.values().stream().filter(Queue::advance).forEach(order::add);
    List<Match> matches = new ArrayList<>();
    while (!order.isEmpty() && matches.size() < MATCHES_MAX) {
      Queue queue = order.remove();
      if (room(queue.walk.line()) > 0 && match(queue, matches) && queue.advance()) {
        order.add(queue);
      }
    }
    return matches;
  }

  /// @return false when nobody can take more of this line
  private boolean match(Queue queue, List<Match> matches) {
    Band.Walk band = queue.next;
    Task task = band == null ? null : band.next(_ -> true);
    if (band == null || task == null) {
      return false;
    }
    String submitter = this.queue.job(task.id().job()).orElseThrow().order().submitter();
    Seat best =
        queue.seats.stream()
            .filter(seat -> seat.takes(task, submitter))
            .min(fit(task))
            .orElse(null);
    if (best == null) {
      // Whoever is left lacks slots or has spent its cost: what comes later must not overtake.
      band.pass();
      queue.seats.removeIf(seat -> seat.node.profile().accepts(submitter));
      return !queue.seats.isEmpty();
    }
    best.take(task);
    band.take(now);
    queue.turn = turns++;
    queue.walk.line().gates.forEach(gate -> started.merge(gate, 1, Integer::sum));
    matches.add(new Match(task, best.node.id()));
    return true;
  }

  private int room(Line line) {
    int room = Integer.MAX_VALUE;
    for (Gate gate : line.gates) {
      room = Math.min(room, gate.room(now) - started.getOrDefault(gate, 0));
    }
    return room;
  }

  private static Comparator<Seat> fit(Task task) {
    Requirement requirement = task.terms().requirement();
    return Comparator.<Seat>comparingInt(seat -> seat.node.id().equals(task.facts().near()) ? 0 : 1)
        .thenComparingInt(seat -> loads(seat, requirement))
        .thenComparingInt(seat -> size(seat.node.profile().resources().vramMiB()))
        .thenComparingInt(seat -> size(seat.node.profile().resources().ramMiB()))
        .thenComparingInt(seat -> size(seat.node.profile().resources().cpu()))
        .thenComparingDouble(
            seat -> -seat.node.profile().capability(requirement).map(Capability::rate).orElse(0.0));
  }

  /// Whether the node can do it without putting another model in the place of one that is loaded.
  private static boolean keepsItsModel(Seat seat, Requirement requirement) {
    return loads(seat, requirement) == 0
        || seat.node.profile().capabilities().stream().noneMatch(Capability::loaded);
  }

  private static int loads(Seat seat, Requirement requirement) {
    boolean loaded =
        seat.node.profile().capability(requirement).filter(Capability::loaded).isPresent();
    return requirement.model() == null || loaded ? 0 : 1;
  }

  /// Machines within a factor of two count as equally big.
  private static int size(long slots) {
    return 64 - Long.numberOfLeadingZeros(slots);
  }
}
