package org.mycoswarm.queue.domain;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Flows that share something fairly, by deficit round robin (Shreedhar and Varghese, "Efficient
/// Fair Queueing Using Deficit Round Robin", SIGCOMM 1995): each gets the same amount of work a
/// round, whatever its pieces cost. In this form of it a flow is served while its credit is
/// positive, may overdraw it with its last piece, and pays for that in the next round.
///
/// The flows themselves are the links of the list, as there may be a million.
final class Ring<F extends Ring.Flow<F>> implements Iterable<F> {
  abstract static class Flow<F> {
    long turn;
    long credit;
    private @Nullable F before;
    private @Nullable F behind;
  }

  private @Nullable F first;
  private @Nullable F last;
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
    F before = links(flow).before;
    F behind = links(flow).behind;
    if (before == null) {
      first = behind;
    } else {
      links(before).behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      links(behind).before = before;
    }
    links(flow).before = null;
    links(flow).behind = null;
  }

  /// Makes an empty ring the one that was written down; its flows follow.
  void restore(long quantum, long nextTurn) {
    this.quantum = quantum;
    this.nextTurn = nextTurn;
  }

  /// Puts a flow where it was when it was written down; they come in the order of their turns.
  void restore(F flow, long turn, long credit) {
    flow.turn = turn;
    flow.credit = credit;
    append(flow);
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
      leave(flow);
      flow.credit += quantum;
      toTheBack(flow);
    }
  }

  void mayCost(long cost) {
    quantum = Math.max(quantum, cost);
  }

  boolean isEmpty() {
    return first == null;
  }

  @Override
  public Iterator<F> iterator() {
    return new Iterator<>() {
      private @Nullable F next = first;

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public F next() {
        F given = next;
        if (given == null) {
          throw new NoSuchElementException();
        }
        next = links(given).behind;
        return given;
      }
    };
  }

  private void toTheBack(F flow) {
    flow.turn = nextTurn++;
    append(flow);
  }

  private void append(F flow) {
    links(flow).before = last;
    if (last == null) {
      first = flow;
    } else {
      links(last).behind = flow;
    }
    last = flow;
  }

  private Flow<F> links(F flow) {
    return flow;
  }
}
