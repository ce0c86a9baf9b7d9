package org.mycoswarm.queue.domain;

import java.util.Iterator;
import java.util.TreeMap;

/// Flows that share something fairly, by deficit round robin (Shreedhar and Varghese, "Efficient
/// Fair Queueing Using Deficit Round Robin", SIGCOMM 1995): each gets the same amount of work a
/// round, whatever its pieces cost. In this form of it a flow is served while its credit is
/// positive, may overdraw it with its last piece, and pays for that in the next round.
final class Ring<F extends Ring.Flow> implements Iterable<F> {
  abstract static class Flow {
    long turn;
    long credit;
  }

  private final TreeMap<Long, F> turns = new TreeMap<>();
  private long nextTurn;

  /// What a flow may use a round. As large as the dearest piece ever seen, so that whoever has its
  /// turn has credit for at least one.
  private long quantum = 1;

  /// A flow with something to do takes its place behind all others.
  void enter(F flow) {
    flow.credit = quantum;
    toTheBack(flow);
  }

  void leave(F flow) {
    turns.remove(flow.turn);
  }

  /// Makes an empty ring the one that was written down; its flows follow.
  void restore(long quantum, long nextTurn) {
    this.quantum = quantum;
    this.nextTurn = nextTurn;
  }

  /// Puts a flow where it was when it was written down.
  void restore(F flow, long turn, long credit) {
    flow.turn = turn;
    flow.credit = credit;
    turns.put(turn, flow);
  }

  long quantum() {
    return quantum;
  }

  long nextTurn() {
    return nextTurn;
  }

  void charge(F flow, long cost) {
    flow.credit -= cost;
    if (flow.credit <= 0) {
      turns.remove(flow.turn);
      flow.credit += quantum;
      toTheBack(flow);
    }
  }

  void mayCost(long cost) {
    quantum = Math.max(quantum, cost);
  }

  boolean isEmpty() {
    return turns.isEmpty();
  }

  @Override
  public Iterator<F> iterator() {
    return turns.values().iterator();
  }

  private void toTheBack(F flow) {
    flow.turn = nextTurn++;
    turns.put(flow.turn, flow);
  }
}
