package org.mycoswarm.queue.simulation;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// The log of one broker process on a [SimDisk]. At every step it asks whether the process goes on.
final class SimLog implements EventLog {
  /// Where the process can end.
  enum Step {
    BEFORE_APPEND,
    AFTER_APPEND,
    BEFORE_SYNC,
    AFTER_SYNC
  }

  private final SimDisk disk;
  private final Consumer<Step> step;
  private long durable;

  /// @param step throws when the process has ended, or when the disk fails
  SimLog(SimDisk disk, Consumer<Step> step) {
    this.disk = disk;
    this.step = step;
    this.durable = disk.synced();
  }

  @Override
  public LogPosition append(byte[] body) {
    step.accept(Step.BEFORE_APPEND);
    disk.append(body);
    LogPosition position = new LogPosition(disk.appended());
    step.accept(Step.AFTER_APPEND);
    return position;
  }

  @Override
  public void sync() {
    step.accept(Step.BEFORE_SYNC);
    disk.sync();
    step.accept(Step.AFTER_SYNC);
    durable = disk.synced();
  }

  @Override
  public LogPosition durable() {
    return new LogPosition(durable);
  }

  @Override
  public LogPosition first() {
    return new LogPosition(disk.dropped() + 1);
  }

  @Override
  public void dropBefore(LogPosition keepFrom) {
    disk.drop(Math.min(keepFrom.value(), durable) - 1);
  }

  @Override
  public LogCursor read(LogPosition after) {
    if (after.value() < disk.dropped()) {
      throw new LogFailure("Expected entry %s to be there, but it was dropped".formatted(after));
    }
    return new Cursor(after.value() + 1);
  }

  @Override
  public void close() {}

  private final class Cursor implements LogCursor {
    private long next;

    private Cursor(long next) {
      this.next = next;
    }

    @Override
    public @Nullable LogRecord next() {
      return next > durable ? null : new LogRecord(new LogPosition(next), disk.entry(next++));
    }

    @Override
    public void close() {}
  }
}
