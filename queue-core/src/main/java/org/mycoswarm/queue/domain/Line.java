package org.mycoswarm.queue.domain;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The open tasks that ask for the same: one requirement and limit key, kept once however many
/// tasks have it. Which nodes can do it is worked out once, when the line or the node changes.
/// Belongs to the owner of the state; a decision only reads it.
public final class Line {
  record Key(Requirement requirement, @Nullable String limitKey) {}

  final Key key;
  final List<Gate> gates;
  final TreeMap<Integer, Band> bands = new TreeMap<>();

  /// Tasks of it that are known, ready or not; the line is dropped with the last.
  int known;

  /// Who can do it, if its tasks take slots; in an order that is the same after a replay.
  private final SortedSet<Node> nodes = new TreeSet<>(comparing(node -> node.id().value()));

  /// Lines of equal rank take turns: the one that was served longest ago is next.
  long turn;

  Line(Key key, List<Gate> gates, long turn) {
    this.key = key;
    this.gates = gates;
    this.turn = turn;
  }

  public Requirement requirement() {
    return key.requirement();
  }

  /// The node can do it from now on.
  void doneBy(Node node) {
    if (!requirement().resources().isNone()) {
      nodes.add(node);
    }
  }

  void notDoneBy(Node node) {
    nodes.remove(node);
  }

  /// Whether the node is among the first so many that could gather the slots for one of its tasks.
  /// One without leases has them all free, if it is there at all.
  boolean isGatheredOn(Node node, long nodesMax) {
    long left = nodesMax;
    for (Node each : nodes) {
      if (left == 0) {
        return false;
      }
      if (each == node) {
        return true;
      }
      left -= each.leases > 0 && each.mode == NodeMode.ACTIVE ? 1 : 0;
    }
    return false;
  }

  /// Whether it has a task that may be leased, if its throttles allow it.
  boolean hasReady() {
    return !bands.isEmpty();
  }

  /// What all tasks of its kind pass through.
  Gate kindGate() {
    return gates.getFirst();
  }

  /// Whether its limit key, if it has one, lets a task start.
  boolean isOpen(Instant now) {
    return gates.size() == 1 || gates.getLast().room(now) > 0;
  }

  /// What it ranks at most: as its best band does, if that has what is wanted.
  long rankMax(Instant now, Duration ageing) {
    long best = 0;
    for (Band band : bands.values()) {
      best = Math.max(best, band.effective(band.since, now, ageing));
    }
    return best;
  }

  /// How many leases its throttles let start now.
  int room(Instant now) {
    int room = Integer.MAX_VALUE;
    for (Gate gate : gates) {
      room = Math.min(room, gate.room(now));
    }
    return room;
  }

  Band band(int priority) {
    return bands.computeIfAbsent(priority, p -> new Band(this, p));
  }

  /// The order in which the line would be served from now on, were nothing else to happen.
  final class Walk {
    private final List<Band.Walk> walks;
    private final Instant now;
    private final Duration ageing;

    Walk(Instant now, Duration ageing) {
      this.now = now;
      this.ageing = ageing;
      this.walks = bands.values().stream().map(band -> band.new Walk()).toList();
    }

    /// The band that is next, or null when no submitter that is wanted has a task.
    Band.@Nullable Walk next(Predicate<String> wanted) {
      Band.Walk best = null;
      for (Band.Walk walk : walks) {
        if (walk.next(wanted) != null && (best == null || before(walk, best))) {
          best = walk;
        }
      }
      return best;
    }

    long effective(Band.Walk walk) {
      return walk.band().effective(walk.since, now, ageing);
    }

    /// Among equals the one that has got nothing for longer.
    private boolean before(Band.Walk one, Band.Walk other) {
      long rank = effective(one) - effective(other);
      return rank > 0 || (rank == 0 && one.since.compareTo(other.since) <= 0);
    }
  }

  Stream<Band> bands() {
    return bands.values().stream();
  }
}
