package org.mycoswarm.queue.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.NodeId;

/// Nodes that asked when there was no work, in the order in which they came. The writer only.
final class WaitingRoom {
  /// @param until when it is answered with nothing
  record Guest(CommandId cause, Ask ask, Instant until, CompletableFuture<Answer> answer) {
    NodeId node() {
      return ask.node();
    }
  }

  private final Set<Guest> guests = new LinkedHashSet<>();
  private final Set<NodeId> gone = new HashSet<>();

  void come(Guest guest) {
    guests.add(guest);
  }

  void leave(Guest guest) {
    guests.remove(guest);
  }

  /// The node let a lease expire, or stops: it may not be there any more.
  void gone(NodeId node) {
    gone.add(node);
  }

  /// The guests of nodes that are gone; they leave.
  List<Guest> takeGone() {
    if (gone.isEmpty()) {
      return List.of();
    }
    List<Guest> leaving = take(guest -> gone.contains(guest.node()));
    gone.clear();
    return leaving;
  }

  /// Guests whose time is over; they leave.
  List<Guest> leaving(Instant now) {
    return guests.isEmpty() ? List.of() : take(guest -> !guest.until().isAfter(now));
  }

  List<Guest> leaveAll() {
    return take(_ -> true);
  }

  /// When the next guest's time is over.
  Instant nextLeaving() {
    return guests.stream().map(Guest::until).min(Instant::compareTo).orElse(Instant.MAX);
  }

  Set<NodeId> nodes() {
    Set<NodeId> nodes = new LinkedHashSet<>();
    guests.forEach(guest -> nodes.add(guest.node()));
    return nodes;
  }

  /// The guest of each of these nodes that came first.
  List<Guest> oneOfEach(Set<NodeId> nodes) {
    List<Guest> chosen = new ArrayList<>();
    Set<NodeId> left = new HashSet<>(nodes);
    for (Guest guest : guests) {
      if (left.remove(guest.node())) {
        chosen.add(guest);
      }
    }
    return chosen;
  }

  void failAll(Throwable reason) {
    leaveAll().forEach(guest -> guest.answer().completeExceptionally(reason));
  }

  private List<Guest> take(Predicate<Guest> which) {
    List<Guest> taken = guests.stream().filter(which).toList();
    taken.forEach(guests::remove);
    return taken;
  }
}
