package org.mycoswarm.queue.simulation;

import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// A projection: reads the feed and keeps, on a disk of its own, the position it has seen.
final class Follower {
  private final World world;
  private final Choices.Stream choices;
  private LogPosition seen = LogPosition.START;
  private @Nullable LogEntry newest;

  Follower(World world) {
    this.world = world;
    this.choices = world.choices.of("follower");
  }

  void start() {
    world.agenda.in(
        choices.between(100, 700),
        () -> {
          read();
          start();
        });
  }

  /// Reads all that is there.
  void read() {
    world.broker.follow(core -> read(core));
  }

  LogPosition seen() {
    return seen;
  }

  void see(LogEntry entry) {
    if (!entry.position().equals(seen.next())) {
      throw new Violation(
          Violation.Promise.THE_LOG_TELLS_ONE_STORY,
          "a follower at %s was handed entry %s".formatted(seen, entry.position()));
    }
    seen = entry.position();
    newest = entry;
  }

  /// Compares what was seen with the log that the next process finds.
  void reopened() {
    LogEntry mine = newest;
    if (mine == null) {
      return;
    }
    boolean ahead = seen.value() > world.disk.synced();
    if (ahead || !world.ledger.entry(seen.value()).events().equals(mine.events())) {
      throw new Violation(
          Violation.Promise.A_FOLLOWER_IS_NEVER_AHEAD_OF_THE_LOG,
          "it saw %s, and the log %s"
              .formatted(
                  mine,
                  ahead
                      ? "ends at %d".formatted(world.disk.synced())
                      : "holds " + world.ledger.entry(seen.value())));
    }
  }

  private void read(Core core) {
    try {
      core.entriesAfter(seen, choices.between(1, 20)).forEach(this::see);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts a simulation", e);
    }
  }
}
