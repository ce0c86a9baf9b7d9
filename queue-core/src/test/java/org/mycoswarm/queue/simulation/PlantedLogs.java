package org.mycoswarm.queue.simulation;

import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Logs that break a promise.
final class PlantedLogs {
  private PlantedLogs() {}

  /// A log to be spoiled in one place.
  static class Spoiled implements EventLog {
    final EventLog honest;

    Spoiled(EventLog honest) {
      this.honest = honest;
    }

    @Override
    public LogPosition append(byte[] body) {
      return honest.append(body);
    }

    @Override
    public void sync() {
      honest.sync();
    }

    @Override
    public LogPosition durable() {
      return honest.durable();
    }

    @Override
    public LogPosition first() {
      return honest.first();
    }

    @Override
    public void dropBefore(LogPosition keepFrom) {
      honest.dropBefore(keepFrom);
    }

    @Override
    public LogCursor read(LogPosition after) {
      return honest.read(after);
    }

    @Override
    public void close() {
      honest.close();
    }
  }

  /// Says that it has synced, and does so every fourth time.
  static final class Lazy extends Spoiled {
    private int syncs;

    Lazy(EventLog honest) {
      super(honest);
    }

    @Override
    public void sync() {
      if (++syncs % 4 == 0) {
        super.sync();
      }
    }
  }

  /// Shows its follower what is not synced yet.
  static final class Leaking extends Spoiled {
    private final World world;

    Leaking(EventLog honest, World world) {
      super(honest);
      this.world = world;
    }

    @Override
    public LogPosition append(byte[] body) {
      LogPosition position = super.append(body);
      if (world.follower.seen().next().equals(position)) {
        world.follower.see(world.codec.decode(new LogRecord(position, body)));
      }
      return position;
    }
  }
}
