package org.mycoswarm.queue.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/// Virtual time in milliseconds, and what is to happen at which. What is due at the same time
/// happens in the order in which it was written down.
final class Agenda {
  private record Item(long at, long order, Runnable what) {
    static final Comparator<Item> IN_ORDER =
        Comparator.comparingLong(Item::at).thenComparingLong(Item::order);
  }

  private final PriorityQueue<Item> items = new PriorityQueue<>(Item.IN_ORDER);
  private long now;
  private long orders;

  long now() {
    return now;
  }

  void in(long millis, Runnable what) {
    items.add(new Item(now + millis, orders++, what));
  }

  /// Lets the next thing happen.
  void step() {
    Item item = items.remove();
    now = Math.max(now, item.at());
    item.what().run();
  }

  /// Lets time pass inside something that waits, such as a sync: what falls due meanwhile happens,
  /// as it would on other threads.
  void pass(long millis) {
    long until = now + millis;
    while (!items.isEmpty() && items.element().at() <= until) {
      step();
    }
    now = Math.max(now, until);
  }
}
