package org.mycoswarm.queue.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The disk under the broker's log. What was synced stays. What was only appended survives the end
/// of the process, but not the end of the power: then each of these entries is there, torn or lost
/// on its own, in no order, and the log ends before the first that is not whole.
final class SimDisk {
  private static final int FILE_ENTRIES = 8;

  private enum Fate {
    WHOLE,
    TORN,
    LOST
  }

  private static final class Entry {
    final byte[] body;
    Fate fate = Fate.WHOLE;

    Entry(byte[] body) {
      this.body = body;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private int synced;
  private int dropped;

  void append(byte[] body) {
    entries.add(new Entry(body));
  }

  void sync() {
    synced = entries.size();
  }

  /// How many entries no crash can take away.
  int synced() {
    return synced;
  }

  int appended() {
    return entries.size();
  }

  /// Gives up the first entries, in whole files. The simulation still sees them.
  void drop(long entriesMax) {
    dropped = Math.max(dropped, Math.toIntExact(entriesMax / FILE_ENTRIES * FILE_ENTRIES));
  }

  /// How many entries, from the first on, the broker cannot read any more.
  int dropped() {
    return dropped;
  }

  byte[] entry(long position) {
    return entries.get(Math.toIntExact(position - 1)).body;
  }

  /// The process ended while it appended its last entry.
  void tearLast() {
    if (entries.size() > synced) {
      entries.getLast().fate = Fate.TORN;
    }
  }

  void cutPower(Choices.Stream choices) {
    for (Entry entry : entries.subList(synced, entries.size())) {
      entry.fate = Fate.values()[choices.next(Fate.values().length)];
    }
  }

  /// Finds the end of the log as the next process does, and syncs what it found.
  ///
  /// @param mended what this log makes of a torn entry; an honest one makes nothing of it
  void recover(Function<byte[], byte @Nullable []> mended) {
    int end = synced;
    while (end < entries.size() && entries.get(end).fate == Fate.WHOLE) {
      end++;
    }
    boolean torn = end < entries.size() && entries.get(end).fate == Fate.TORN;
    byte[] half = torn ? mended.apply(entries.get(end).body) : null;
    entries.subList(end, entries.size()).clear();
    if (half != null) {
      append(half);
    }
    sync();
  }
}
