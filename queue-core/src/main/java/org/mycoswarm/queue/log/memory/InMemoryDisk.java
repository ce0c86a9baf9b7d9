package org.mycoswarm.queue.log.memory;

import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.queue.log.LogFailure;

/// What an [InMemoryEventLog] leaves behind when it is closed, and the place where its bad days are
/// ordered: a failing append or sync, a power cut. Thread-safe.
public final class InMemoryDisk {
  private static final int NEVER = -1;

  private final List<byte[]> entries = new ArrayList<>();
  private long dropped;
  private long synced;
  private boolean isHeld;
  private int appendsUntilFailure = NEVER;
  private int syncsUntilFailure = NEVER;

  /// Lets the n-th append from now on fail, 1 for the next one.
  public synchronized void failAppend(int nth) {
    appendsUntilFailure = nth;
  }

  /// Lets the n-th sync from now on fail, 1 for the next one. What it should have made durable is
  /// then neither durable nor lost until [#cutPower] decides.
  public synchronized void failSync(int nth) {
    syncsUntilFailure = nth;
  }

  /// Takes the power away: the log that is open becomes unusable, and of the entries that were not
  /// synced only the first few survive.
  ///
  /// @param surviving how many of the unsynced entries had reached the disk all the same, 0 or more
  public synchronized void cutPower(int surviving) {
    int kept = Math.toIntExact(Math.min(entries.size(), synced - dropped + surviving));
    entries.subList(kept, entries.size()).clear();
    isHeld = false;
  }

  /// @return how many entries are on it; those that survived are durable from now on
  synchronized long hold() {
    if (isHeld) {
      throw new LogFailure(
          "Expected to be the only one who opens the log in memory, but it is open already."
              + " Nothing was changed; close it first.");
    }
    isHeld = true;
    synced = dropped + entries.size();
    return synced;
  }

  synchronized void release() {
    isHeld = false;
  }

  synchronized void append(byte[] body) {
    if (appendsUntilFailure > 0 && --appendsUntilFailure == 0) {
      throw new LogFailure("Expected to append, but this append was told to fail");
    }
    entries.add(body.clone());
  }

  synchronized void sync() {
    if (syncsUntilFailure > 0 && --syncsUntilFailure == 0) {
      throw new LogFailure("Expected to sync, but this sync was told to fail");
    }
    synced = dropped + entries.size();
  }

  synchronized byte[] entry(long position) {
    return entries.get(Math.toIntExact(position - 1 - dropped));
  }

  synchronized long first() {
    return dropped + 1;
  }

  synchronized void dropBefore(long position) {
    int count = Math.toIntExact(Math.max(0, position - 1 - dropped));
    entries.subList(0, count).clear();
    dropped += count;
  }
}
