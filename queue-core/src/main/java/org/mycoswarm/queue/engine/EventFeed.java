package org.mycoswarm.queue.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// Hands durable entries to whoever follows the log, from any position on: the newest from memory,
/// older ones from the log. Thread-safe; each follower keeps its own position.
public final class EventFeed implements DurableListener {
  private final EventLog log;
  private final EventCodec codec;
  private final int keptMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final List<LogEntry> kept = new ArrayList<>();
  private LogPosition durable;
  private long keptWeight;

  /// @param keptMax how much of the newest entries is kept in memory: each event of an entry counts
  ///     one, and one more for each task in it and for each KiB of their payloads and results
  public EventFeed(EventLog log, EventCodec codec, int keptMax) {
    this.log = log;
    this.codec = codec;
    this.keptMax = keptMax;
    this.durable = log.durable();
  }

  /// The next entries after a position, in order; none when none came within `wait`. Heavy entries
  /// come fewer at a time.
  public List<LogEntry> next(LogPosition after, Duration wait, int entriesMax)
      throws InterruptedException {
    lock.lock();
    try {
      long nanos = wait.toNanos();
      while (!durable.isAfter(after)) {
        if (nanos <= 0) {
          return List.of();
        }
        nanos = more.awaitNanos(nanos);
      }
      if (!kept.isEmpty() && !kept.getFirst().position().isAfter(after.next())) {
        // Positions are dense, so the place in the list follows from the position.
        long place = after.next().value() - kept.getFirst().position().value();
        return some(kept.subList(Math.toIntExact(place), kept.size()).stream(), entriesMax);
      }
    } finally {
      lock.unlock();
    }
    return readLog(after, entriesMax);
  }

  /// The position of the last entry that followers may see.
  public LogPosition durable() {
    lock.lock();
    try {
      return durable;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until an entry is durable.
  ///
  /// @return false when it was not within `wait`
  public boolean await(LogPosition position, Duration wait) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.NANOSECONDS.convert(wait);
      while (position.isAfter(durable)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = more.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    lock.lock();
    try {
      for (LogEntry entry : entries) {
        kept.addLast(entry);
        keptWeight += weight(entry);
      }
      int over = 0;
      while (keptWeight > keptMax && over < kept.size() - 1) {
        keptWeight -= weight(kept.get(over++));
      }
      kept.subList(0, over).clear();
      durable = entries.getLast().position();
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<LogEntry> readLog(LogPosition after, int entriesMax) {
    try (LogCursor cursor = log.read(after)) {
      return some(
          Stream.generate(cursor::next).takeWhile(Objects::nonNull).map(codec::decode), entriesMax);
    }
  }

  /// The first of the entries, fewer when they are heavy: one entry may hold thousands of tasks.
  private static List<LogEntry> some(Stream<LogEntry> entries, int entriesMax) {
    List<LogEntry> some = new ArrayList<>();
    long weight = 0;
    for (Iterator<LogEntry> all = entries.iterator(); weight < entriesMax && all.hasNext(); ) {
      LogEntry entry = all.next();
      some.add(entry);
      weight += weight(entry);
    }
    return some;
  }

  private static long weight(LogEntry entry) {
    return entry.events().stream()
        .mapToLong(
            event ->
                switch (event) {
                  case Event.JobSubmitted e -> 1 + weight(e.tasks());
                  case Event.TasksAdded e -> 1 + weight(e.tasks());
                  case Event.TasksRevived e -> 1 + e.numbers().size();
                  case Event.TaskSucceeded e -> 1 + (e.result().detail().length() >> 10);
                  default -> 1;
                })
        .sum();
  }

  private static long weight(List<TaskSpec> tasks) {
    long characters = tasks.stream().mapToLong(task -> task.payload().length()).sum();
    return tasks.size() + (characters >> 10);
  }
}
