package org.mycoswarm.broker.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.upkeep.LogHolds;
import org.mycoswarm.broker.upkeep.LogKeeper;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.mycoswarm.schema.wire.HistoryDropped;
import org.mycoswarm.schema.wire.LogView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the interface says and does about the log as a whole. Thread-safe.
final class LogKeeping {
  private static final Logger LOG = LoggerFactory.getLogger(LogKeeping.class);

  /// Below this part of the watermark a snapshot could take the room that the log needs.
  private static final int ROOM_SHARE = 4;

  private final QueueGateway queue;
  private final LogKeeper keeper;
  private final ProjectionRunner projection;
  private final DiskReserve reserve;

  LogKeeping(
      QueueGateway queue, LogKeeper keeper, ProjectionRunner projection, DiskReserve reserve) {
    this.queue = queue;
    this.keeper = keeper;
    this.projection = projection;
    this.reserve = reserve;
  }

  LogView view() {
    Optional<LogKeeper.Taken> taken = keeper.newestSnapshot();
    return new LogView(
        keeper.first().value(),
        queue.durable().value(),
        taken.map(at -> at.position().value()).orElse(null),
        taken.map(LogKeeper.Taken::at).orElse(null));
  }

  long freeBytes() {
    return reserve.freeBytes();
  }

  long tablesBehind() {
    return Math.max(0, queue.durable().value() - projection.position().value());
  }

  LogView snapshot() {
    keeper.snapshot();
    return view();
  }

  /// Whoever drops history because the disk is full must not be stopped by that: what the snapshots
  /// that are there allow goes first, and when no new one can be written it stays at that.
  HistoryDropped compact() {
    LogPosition before = keeper.compact().before();
    String noSnapshot = whyNoSnapshot();
    LogKeeper.Dropped dropped = keeper.compact();
    return new HistoryDropped(
        before.value(), dropped.first().value(), dropped.keptFor(), noSnapshot);
  }

  private @Nullable String whyNoSnapshot() {
    long needed = reserve.watermarkBytes() / ROOM_SHARE;
    if (reserve.freeBytes() < needed) {
      return "Expected %,d MiB to be free on the broker's disk for that, but only %,d MiB are; make room and try again"
          .formatted(needed >> 20, reserve.freeBytes() >> 20);
    }
    try {
      keeper.snapshot();
      return null;
    } catch (LogFailure e) {
      LOG.warn("History is dropped without a new snapshot", e);
      return e.getMessage();
    }
  }

  /// @return the position before the first entry that is there
  LogPosition start() {
    return new LogPosition(keeper.first().value() - 1);
  }

  /// @param after a reader wants to go on behind this entry
  /// @throws ProblemException `history-dropped` when what follows it is not there any more
  void expectKept(LogPosition after) {
    LogPosition start = start();
    if (start.isAfter(after)) {
      throw new ProblemException(
          ProblemType.HISTORY_DROPPED,
          "Expected the log to hold entry %s, but it begins with entry %s: older ones were dropped to make room. Ask for what comes after %s"
              .formatted(after.next(), start.next(), start));
    }
  }

  /// Keeps what follows an entry for a reader that takes long.
  ///
  /// @throws ProblemException `history-dropped` when it is not there any more
  LogHolds.Hold hold(LogPosition after) {
    LogHolds.Hold hold = keeper.hold(after.next());
    try {
      expectKept(after);
      return hold;
    } catch (ProblemException e) {
      hold.close();
      throw e;
    }
  }
}
