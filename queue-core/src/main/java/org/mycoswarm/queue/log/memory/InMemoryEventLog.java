package org.mycoswarm.queue.log.memory;

import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDropped;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// A log without files, for tests and simulations of the engine. It keeps every promise of
/// [EventLog] towards an [InMemoryDisk], on which failures and power cuts can be ordered. The
/// thread rules are those of [EventLog].
public final class InMemoryEventLog implements EventLog {
  private final InMemoryDisk disk;
  private long appended;
  private volatile long durable;
  private @Nullable String unusable;
  private boolean isClosed;

  private InMemoryEventLog(InMemoryDisk disk, long end) {
    this.disk = disk;
    this.appended = end;
    this.durable = end;
  }

  /// A new log on a disk of its own.
  public static InMemoryEventLog create() {
    return open(new InMemoryDisk());
  }

  /// @throws LogFailure when the log on this disk is open
  public static InMemoryEventLog open(InMemoryDisk disk) {
    return new InMemoryEventLog(disk, disk.hold());
  }

  /// The disk, to order a bad day.
  public InMemoryDisk disk() {
    return disk;
  }

  /// Closes this log and opens it again, as a new process would.
  public InMemoryEventLog reopen() {
    close();
    return open(disk);
  }

  /// The power goes, and nothing unsynced survives.
  ///
  /// @return the log as the next process finds it; this one is unusable
  public InMemoryEventLog cutPower() {
    disk.cutPower(0);
    isClosed = true;
    unusable = "The power of this log was cut. Open it again.";
    return open(disk);
  }

  @Override
  public LogPosition append(byte[] body) {
    expectUsable();
    try {
      disk.append(body);
    } catch (LogFailure failure) {
      throw fail(failure);
    }
    return new LogPosition(++appended);
  }

  @Override
  public void sync() {
    expectUsable();
    try {
      disk.sync();
    } catch (LogFailure failure) {
      throw fail(failure);
    }
    durable = appended;
  }

  private LogFailure fail(LogFailure failure) {
    unusable =
        "The log cannot be used after a failure (%s). Close it and open it again."
            .formatted(failure.getMessage());
    return failure;
  }

  private void expectUsable() {
    if (unusable != null) {
      throw new LogFailure(unusable);
    }
  }

  @Override
  public LogPosition durable() {
    return new LogPosition(durable);
  }

  @Override
  public LogPosition first() {
    return new LogPosition(disk.first());
  }

  @Override
  public void dropBefore(LogPosition keepFrom) {
    long last = durable;
    if (keepFrom.value() > last + 1) {
      throw new IllegalArgumentException(
          "Expected a position up to %d, one after the last durable entry, but it is %s. Nothing was dropped."
              .formatted(last + 1, keepFrom));
    }
    disk.dropBefore(Math.min(keepFrom.value(), last));
  }

  private void expectKept(long position) {
    long first = disk.first();
    if (position < first) {
      throw new LogDropped(
          "Expected to read the log in memory from position %d on, but it begins with position %d: older entries were dropped. Nothing was read; begin with a snapshot of position %d or later."
              .formatted(position, first, first - 1));
    }
  }

  @Override
  public LogCursor read(LogPosition after) {
    expectKept(after.value() + 1);
    return new Cursor(after.value() + 1);
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      unusable = "The log is closed. Open it again.";
      disk.release();
    }
  }

  private final class Cursor implements LogCursor {
    private long next;

    private Cursor(long next) {
      this.next = next;
    }

    @Override
    public @Nullable LogRecord next() {
      if (next > durable) {
        return null;
      }
      expectKept(next);
      LogRecord entry = new LogRecord(new LogPosition(next), disk.entry(next));
      next++;
      return entry;
    }

    @Override
    public void close() {}
  }
}
