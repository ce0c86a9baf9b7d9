package org.mycoswarm.queue.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.NodeId;

/// Nodes that asked when there was no work, in the order in which they came. A turn in which
/// nothing happens to them costs nothing, however many wait. The writer only.
final class WaitingRoom {
  /// One call of a node.
  static final class Guest {
    private final CommandId cause;
    private final Ask ask;
    private final Instant until;
    private final CompletableFuture<Answer> answer;
    private long number;

    /// @param until when it is answered with nothing
    Guest(CommandId cause, Ask ask, Instant until, CompletableFuture<Answer> answer) {
      this.cause = cause;
      this.ask = ask;
      this.until = until;
      this.answer = answer;
    }

    CommandId cause() {
      return cause;
    }

    Ask ask() {
      return ask;
    }

    NodeId node() {
      return ask.node();
    }

    CompletableFuture<Answer> answer() {
      return answer;
    }
  }

  private static final Comparator<Guest> AS_THEY_CAME = Comparator.comparingLong(g -> g.number);

  private final Map<NodeId, TreeSet<Guest>> guests = new HashMap<>();
  private final TreeSet<Guest> leaving =
      new TreeSet<>(Comparator.<Guest, Instant>comparing(g -> g.until).thenComparing(AS_THEY_CAME));
  private final Set<NodeId> gone = new HashSet<>();
  private final Set<NodeId> heldBack = new HashSet<>();
  private long came;

  void come(Guest guest) {
    guest.number = came++;
    guests.computeIfAbsent(guest.node(), _ -> new TreeSet<>(AS_THEY_CAME)).add(guest);
    leaving.add(guest);
  }

  void leave(Guest guest) {
    leaving.remove(guest);
    guests.computeIfPresent(
        guest.node(), (_, same) -> same.remove(guest) && same.isEmpty() ? null : same);
  }

  /// The node let a lease expire, or stops: it may not be there any more.
  void gone(NodeId node) {
    gone.add(node);
  }

  /// There is work for these nodes, which they may get although nothing happens to them.
  void heldBack(Set<NodeId> nodes) {
    heldBack.addAll(nodes);
  }

  /// Who was held back since the last time.
  Set<NodeId> takeHeldBack() {
    Set<NodeId> taken = Set.copyOf(heldBack);
    heldBack.clear();
    return taken;
  }

  /// The guests of nodes that are gone; they leave.
  List<Guest> takeGone() {
    List<Guest> taken =
        gone.stream().map(guests::get).filter(Objects::nonNull).flatMap(Set::stream).toList();
    gone.clear();
    taken.forEach(this::leave);
    return taken;
  }

  /// Guests whose time is over; they leave.
  List<Guest> leaving(Instant now) {
    List<Guest> taken = new ArrayList<>();
    while (!nextLeaving().isAfter(now)) {
      taken.add(leaving.first());
      leave(leaving.first());
    }
    return taken;
  }

  List<Guest> leaveAll() {
    List<Guest> taken = leaving.stream().sorted(AS_THEY_CAME).toList();
    taken.forEach(this::leave);
    return taken;
  }

  /// When the next guest's time is over.
  Instant nextLeaving() {
    return leaving.isEmpty() ? Instant.MAX : leaving.first().until;
  }

  Set<NodeId> nodes() {
    return Collections.unmodifiableSet(guests.keySet());
  }

  /// The guest of each of these nodes that came first.
  List<Guest> oneOfEach(Set<NodeId> nodes) {
    return nodes.stream()
        .map(guests::get)
        .filter(Objects::nonNull)
        .map(TreeSet::first)
        .sorted(AS_THEY_CAME)
        .toList();
  }

  void failAll(Throwable reason) {
    leaveAll().forEach(guest -> guest.answer().completeExceptionally(reason));
  }
}
