package org.mycoswarm.queue.domain;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The order in which a ring would be served from now on, without serving it.
///
/// @param <F> the flows of the ring
/// @param <T> what the walk remembers of a flow
final class RingWalk<F extends Ring.Flow<F>, T extends RingWalk.Turn<F>> {
  /// A flow as it would be at this point of the walk.
  static class Turn<F extends Ring.Flow<F>> {
    final F flow;
    private long credit;

    Turn(F flow) {
      this.flow = flow;
      this.credit = flow.credit;
    }
  }

  private final long quantum;
  private final Iterator<F> fresh;
  private final Function<F, T> begin;
  private final ArrayDeque<T> served = new ArrayDeque<>();
  private @Nullable T head;

  RingWalk(Ring<F> ring, Function<F, T> begin) {
    this.quantum = ring.quantum();
    this.fresh = ring.iterator();
    this.begin = begin;
  }

  /// Whose turn it is, or null when nobody is left.
  @Nullable T head() {
    if (head == null) {
      head = fresh.hasNext() ? begin.apply(fresh.next()) : served.poll();
    }
    return head;
  }

  /// The head was served.
  void charge(T turn, long cost) {
    Turn<F> served = turn;
    served.credit -= cost;
    if (served.credit <= 0) {
      served.credit += quantum;
      this.served.add(turn);
      head = null;
    }
  }

  /// The head has nothing more, or nothing that is wanted.
  void drop() {
    head = null;
  }
}
