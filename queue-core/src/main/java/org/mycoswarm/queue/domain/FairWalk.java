package org.mycoswarm.queue.domain;

import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The order in which a fair queue would be served from now on, without serving it.
///
/// @param <F> the flows of the queue
/// @param <T> what the walk remembers of a flow
final class FairWalk<F extends FairQueue.Flow, T extends FairWalk.Turn<F>> {
  /// A flow as it would be at this point of the walk.
  static class Turn<F extends FairQueue.Flow> {
    final F flow;
    private long tag;
    private long turn;

    Turn(F flow) {
      this.flow = flow;
      this.tag = flow.tag;
      this.turn = flow.turn;
    }
  }

  private final Iterator<F> fresh;
  private final Function<F, T> begin;
  private final PriorityQueue<T> begun = new PriorityQueue<>(FairWalk::compare);
  private long virtualTime;
  private long nextTurn;
  private @Nullable T head;

  /// Of those that were not looked at yet; all after it are behind it.
  private @Nullable T nextFresh;

  FairWalk(FairQueue<F> queue, Function<F, T> begin) {
    this.fresh = queue.inOrder();
    this.begin = begin;
    this.virtualTime = queue.virtualTime();
    this.nextTurn = queue.nextTurn();
  }

  /// Whose turn it is, or null when nobody is left.
  @Nullable T head() {
    if (head == null) {
      if (nextFresh == null && fresh.hasNext()) {
        nextFresh = begin.apply(fresh.next());
      }
      T served = begun.peek();
      if (nextFresh != null && (served == null || compare(nextFresh, served) < 0)) {
        head = nextFresh;
        nextFresh = null;
      } else {
        head = begun.poll();
      }
    }
    return head;
  }

  /// The head was served.
  void charge(T turn, long cost) {
    Turn<F> served = turn;
    virtualTime = FairQueue.later(served.tag, virtualTime);
    served.tag = virtualTime + cost;
    served.turn = nextTurn++;
    begun.add(turn);
    head = null;
  }

  /// The head has nothing more, or nothing that is wanted.
  void drop() {
    head = null;
  }

  private static int compare(Turn<?> one, Turn<?> other) {
    return FairQueue.compare(one.tag, one.turn, other.tag, other.turn);
  }
}
