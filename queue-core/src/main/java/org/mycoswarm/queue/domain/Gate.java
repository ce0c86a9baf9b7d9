package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/// What a throttle counts. There is one for every kind and key that open tasks have, so that a
/// throttle which is set later knows what runs already.
final class Gate {
  final Throttle.Scope scope;
  Throttle throttle = Throttle.NONE;
  int running;
  Instant next = Instant.EPOCH;

  /// Lines that pass through it; it is dropped with the last, unless it is throttled.
  final Set<Line> lines = new LinkedHashSet<>();

  /// Of a kind's gate, those of its lines that have a ready task and whose key lets it start.
  final Set<Line> open = new LinkedHashSet<>();

  Gate(Throttle.Scope scope) {
    this.scope = scope;
  }

  int room(Instant now) {
    return throttle.room(running, next, now);
  }

  void started(Instant at) {
    running++;
    next = throttle.after(next, at);
  }

  /// Whether a lease that ends makes room where there was none.
  boolean wasFull() {
    return throttle.concurrentMax() != null && running + 1 >= throttle.concurrentMax();
  }

  boolean isRated() {
    return throttle.perMinuteMax() != null;
  }

  boolean isNeeded() {
    return !lines.isEmpty() || !throttle.equals(Throttle.NONE);
  }
}
