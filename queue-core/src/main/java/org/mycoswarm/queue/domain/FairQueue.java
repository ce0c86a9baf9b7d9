package org.mycoswarm.queue.domain;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// Flows that share something fairly, by start-time fair queueing (Goyal, Vin and Cheng,
/// "Start-time Fair Queueing", SIGCOMM 1996): each flow has a tag, which says how much it has got;
/// the one with the smallest is next, and what it gets is added. So what any two flows get while
/// both wait is never further apart than the dearest piece of the one and the dearest of the other.
///
/// A heap, and no tree, as there may be a million flows.
final class FairQueue<F extends FairQueue.Flow> {
  abstract static class Flow {
    /// Among equal tags whoever has waited longer is next.
    long turn;

    long tag;
    private int place;
  }

  private final List<F> heap = new ArrayList<>(1);

  /// The tag of whatever was served last, before it was: nobody may start with less, or it would
  /// use what it could have had while it was away.
  private long virtualTime;

  private long lastCost;
  private long nextTurn;

  /// A flow with something to do. It starts one piece behind the one that is served; or newcomers
  /// without end would keep those waiting who were served before.
  ///
  /// @param cost the dearest of what it has to do
  void enter(F flow, long cost) {
    flow.tag = virtualTime + Math.min(lastCost, cost);
    flow.turn = nextTurn++;
    add(flow);
  }

  /// A flow that was here before and may have got more than its share.
  void enterAgain(F flow, long cost) {
    long tag = flow.tag;
    enter(flow, cost);
    if (tag - flow.tag > 0) {
      flow.tag = tag;
      sinkFrom(place(flow));
    }
  }

  void leave(F flow) {
    F last = heap.removeLast();
    if (place(flow) < heap.size()) {
      put(last, place(flow));
      sinkFrom(riseFrom(place(flow)));
    }
  }

  void charge(F flow, long cost) {
    virtualTime = later(flow.tag, virtualTime);
    flow.tag = virtualTime + cost;
    flow.turn = nextTurn++;
    lastCost = cost;
    sinkFrom(place(flow));
  }

  /// Makes an empty queue the one that was written down; its flows follow.
  void restore(long virtualTime, long lastCost, long nextTurn) {
    this.virtualTime = virtualTime;
    this.lastCost = lastCost;
    this.nextTurn = nextTurn;
  }

  void restore(F flow, long turn, long tag) {
    flow.turn = turn;
    flow.tag = tag;
    add(flow);
  }

  /// As the tags and turns say that it has.
  void add(F flow) {
    heap.add(flow);
    int place = heap.size() - 1;
    put(flow, place);
    riseFrom(place);
  }

  long virtualTime() {
    return virtualTime;
  }

  long lastCost() {
    return lastCost;
  }

  long nextTurn() {
    return nextTurn;
  }

  /// Whether the flow has got more than whoever is served now.
  boolean isAhead(F flow) {
    return flow.tag - virtualTime > 0;
  }

  boolean isEmpty() {
    return heap.isEmpty();
  }

  F first() {
    return heap.getFirst();
  }

  /// The flows, the next one first; found one by one. Nothing may change meanwhile.
  Iterator<F> inOrder() {
    PriorityQueue<F> edge = new PriorityQueue<>(FairQueue::compare);
    if (!heap.isEmpty()) {
      edge.add(heap.getFirst());
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !edge.isEmpty();
      }

      @Override
      public F next() {
        F next = edge.remove();
        int below = 2 * place(next) + 1;
        for (int place = below; place < Math.min(below + 2, heap.size()); place++) {
          edge.add(heap.get(place));
        }
        return next;
      }
    };
  }

  Iterable<F> flows() {
    return this::inOrder;
  }

  /// Tags may run over: they are compared by how far they are apart.
  static int compare(Flow one, Flow other) {
    return compare(one.tag, one.turn, other.tag, other.turn);
  }

  static int compare(long oneTag, long oneTurn, long otherTag, long otherTurn) {
    return oneTag != otherTag ? Long.signum(oneTag - otherTag) : Long.compare(oneTurn, otherTurn);
  }

  static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private int riseFrom(int place) {
    F flow = heap.get(place);
    int at = place;
    for (int above = (at - 1) / 2; at > 0 && compare(flow, heap.get(above)) < 0; ) {
      put(heap.get(above), at);
      at = above;
      above = (at - 1) / 2;
    }
    put(flow, at);
    return at;
  }

  private void sinkFrom(int place) {
    F flow = heap.get(place);
    int at = place;
    for (int below = next(at); below >= 0 && compare(heap.get(below), flow) < 0; ) {
      put(heap.get(below), at);
      at = below;
      below = next(at);
    }
    put(flow, at);
  }

  /// The lesser of the two below a place, or -1.
  private int next(int place) {
    int left = 2 * place + 1;
    int right = left + 1;
    if (left >= heap.size()) {
      return -1;
    }
    return right < heap.size() && compare(heap.get(right), heap.get(left)) < 0 ? right : left;
  }

  private void put(F flow, int place) {
    heap.set(place, flow);
    ((Flow) flow).place = place;
  }

  private static int place(Flow flow) {
    return flow.place;
  }
}
