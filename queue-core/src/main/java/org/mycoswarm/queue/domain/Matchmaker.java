package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives ready tasks to nodes that ask. Which task is next is a matter of the lines: priority with
/// ageing, then fair turns. Which of several nodes gets it is a matter of fit: the one that has the
/// blobs, then one that has the model loaded, then the smallest that can do it, then the fastest;
/// so a big node is kept for what only it can do.
///
/// A task that needs more slots than are ever free at once would wait for ever while others take
/// each that becomes free. So a node whose slots it waits for gives none of them to what ranks
/// [#OVERTAKEN_MAX] lower: they gather until there are enough. One node does so when the task ranks
/// that high, two when twice, and so on; one alone might be busy for long, or never come back.
final class Matchmaker {
  /// Matches of one command; an entry of the log must stay small.
  private static final int MATCHES_MAX = 2_000;

  /// By so many in rank a task may be overtaken by others that take the slots it waits for. More
  /// than any two priorities are apart: what is overtaken has waited, too.
  static final int OVERTAKEN_MAX = JobSpec.PRIORITY_MAX + 1;

  record Match(Task task, NodeId node) {}

  /// @param heldBack nodes that something would have fitted, had their slots not been kept
  record Matches(List<Match> all, Set<NodeId> heldBack) {}

  /// What a node gathers slots for.
  private record Kept(Resources slots, long rank) {
    boolean from(Task task, long rank) {
      return rank <= this.rank - OVERTAKEN_MAX
          && task.terms().requirement().resources().vieWith(slots);
    }
  }

  /// A node that asks, with what it still takes.
  private static final class Seat {
    final Node node;
    int tasks;
    long cost;
    boolean empty = true;
    Resources free;
    @Nullable Kept kept;

    Seat(Ask ask, Node node, int tasks) {
      this.node = node;
      this.tasks = tasks;
      this.cost = ask.costMax();
      this.free = node.free();
    }

    boolean takes(Task task, String submitter) {
      return mayTake(submitter)
          && (empty || task.terms().cost() <= cost)
          && task.terms().requirement().resources().fitInto(free);
    }

    boolean mayTake(String submitter) {
      return tasks > 0 && node.profile().accepts(submitter);
    }

    void take(Task task) {
      tasks--;
      cost -= task.terms().cost();
      free = free.minus(task.terms().requirement().resources());
      empty = false;
    }
  }

  /// One line and the seats that can do it. A node may be able to do a thousand lines, of which one
  /// is served: until it is a line's turn by what it ranks at most, nobody looks what is next in
  /// it.
  private final class Queue {
    final Line line;
    final List<Seat> seats = new ArrayList<>(1);
    Line.@Nullable Walk walk;
    Band.@Nullable Walk next;
    boolean loaded;
    long rank;
    long turn;

    Queue(Line line) {
      this.line = line;
      this.rank = line.rankMax(now, ageing);
      this.turn = line.turn;
    }

    static int compare(Queue one, Queue other) {
      if (one.rank != other.rank) {
        return one.rank > other.rank ? -1 : 1;
      }
      return one.loaded != other.loaded
          ? Boolean.compare(other.loaded, one.loaded)
          : Long.compare(one.turn, other.turn);
    }

    void add(Seat seat) {
      seats.add(seat);
      loaded |= keepsItsModel(seat, line);
    }

    /// Whoever is left lacks slots or has spent its cost: what comes later must not overtake.
    void leave(String submitter) {
      seats.removeIf(seat -> seat.node.profile().accepts(submitter));
      loaded = seats.stream().anyMatch(seat -> keepsItsModel(seat, line));
    }

    boolean advance() {
      Line.Walk walked = walk == null ? line.new Walk(now, ageing) : walk;
      walk = walked;
      next = walked.next(submitter -> seats.stream().anyMatch(seat -> seat.mayTake(submitter)));
      rank = next == null ? 0 : walked.effective(next);
      return next != null;
    }
  }

  private final QueueView queue;
  private final Instant now;
  private final Duration ageing;
  private final List<Seat> seats = new ArrayList<>();
  private final Map<Line, Queue> queues = new LinkedHashMap<>();
  private final Map<Gate, Integer> started = new LinkedHashMap<>();
  private final Set<NodeId> heldBack = new HashSet<>();
  private long turns = Long.MAX_VALUE / 2;

  private Matchmaker(QueueView queue, Instant now, Duration ageing) {
    this.queue = queue;
    this.now = now;
    this.ageing = ageing;
  }

  /// @param asks of nodes that are registered
  static Matches match(QueueView queue, List<Ask> asks, Limits limits, Instant now) {
    Matchmaker matchmaker = new Matchmaker(queue, now, limits.ageingStep());
    for (Ask ask : asks) {
      Node node = queue.node(ask.node()).orElseThrow();
      int room = Math.min(ask.tasksMax(), limits.leasesPerNodeMax() - node.leases());
      if (room > 0 && node.mode() == NodeMode.ACTIVE) {
        matchmaker.sit(new Seat(ask, node, room));
      }
    }
    return new Matches(matchmaker.matches(), matchmaker.heldBack);
  }

  private void sit(Seat seat) {
    seats.add(seat);
    for (Line line : queue.readyLines(seat.node)) {
      queues.computeIfAbsent(line, Queue::new).add(seat);
    }
  }

  private List<Match> matches() {
    PriorityQueue<Queue> order = new PriorityQueue<>(Math.max(queues.size(), 1), Queue::compare);
    order.addAll(queues.values());
    List<Match> matches = new ArrayList<>();
    while (!order.isEmpty() && matches.size() < MATCHES_MAX && isAnyoneWaiting()) {
      Queue queue = order.remove();
      boolean isWanted = room(queue.line) > 0 && (queue.next == null || match(queue, matches));
      if (isWanted && isAnyoneWaiting() && queue.advance()) {
        order.add(queue);
      }
    }
    return matches;
  }

  /// When nobody takes more, nobody needs to look through all submitters and lines for the next.
  private boolean isAnyoneWaiting() {
    return seats.stream().anyMatch(seat -> seat.tasks > 0);
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
            .filter(seat -> seat.takes(task, submitter) && !isKept(seat, task, queue.rank))
            .min(fit(task, queue.line))
            .orElse(null);
    if (best == null) {
      keepSlots(queue, task, submitter);
      band.pass();
      queue.leave(submitter);
      return !queue.seats.isEmpty();
    }
    best.take(task);
    band.take(now);
    queue.turn = turns++;
    queue.line.gates.forEach(gate -> started.merge(gate, 1, Integer::sum));
    matches.add(new Match(task, best.node.id()));
    return true;
  }

  private boolean isKept(Seat seat, Task task, long rank) {
    boolean kept = seat.kept != null && seat.kept.from(task, rank);
    if (kept) {
      heldBack.add(seat.node.id());
    }
    return kept;
  }

  /// Nobody who asks has its slots free. What ranks higher was asked before, and keeps what it
  /// kept.
  private static void keepSlots(Queue queue, Task task, String submitter) {
    Resources slots = task.terms().requirement().resources();
    for (Seat seat : queue.seats) {
      if (seat.kept == null
          && seat.mayTake(submitter)
          && !slots.fitInto(seat.free)
          && queue.line.isGatheredOn(seat.node, queue.rank / OVERTAKEN_MAX)) {
        seat.kept = new Kept(slots, queue.rank);
      }
    }
  }

  private int room(Line line) {
    int room = Integer.MAX_VALUE;
    for (Gate gate : line.gates) {
      room = Math.min(room, gate.room(now) - started.getOrDefault(gate, 0));
    }
    return room;
  }

  private static Comparator<Seat> fit(Task task, Line line) {
    return Comparator.<Seat>comparingInt(seat -> seat.node.id().equals(task.facts().near()) ? 0 : 1)
        .thenComparing(seat -> !loads(seat, line))
        .thenComparingInt(seat -> size(seat.node.profile().resources().vramMiB()))
        .thenComparingInt(seat -> size(seat.node.profile().resources().ramMiB()))
        .thenComparingInt(seat -> size(seat.node.profile().resources().cpu()))
        .thenComparingDouble(seat -> -seat.node.capability(line).rate());
  }

  /// Whether the node can do it without putting another model in the place of one that is loaded.
  private static boolean keepsItsModel(Seat seat, Line line) {
    return !seat.node.hasModelLoaded() || loads(seat, line);
  }

  private static boolean loads(Seat seat, Line line) {
    return line.requirement().model() == null || seat.node.capability(line).loaded();
  }

  /// Machines within a factor of two count as equally big.
  private static int size(long slots) {
    return 64 - Long.numberOfLeadingZeros(slots);
  }
}
