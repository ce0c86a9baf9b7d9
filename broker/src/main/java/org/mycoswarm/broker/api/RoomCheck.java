package org.mycoswarm.broker.api;

import java.util.Map;
import org.mycoswarm.queue.log.files.DiskReserve;

/// Refuses what would fill the disk while room on it is scarce, so that what is in the queue can
/// still be finished. Thread-safe.
///
/// Below the watermark nothing new is taken. Blobs that are stored under their hash, as nodes store
/// results, are taken down to a quarter of it, because a result without its blob is a task done in
/// vain.
final class RoomCheck {
  private static final int RESULTS_SHARE = 4;

  private final DiskReserve reserve;

  RoomCheck(DiskReserve reserve) {
    this.reserve = reserve;
  }

  /// @throws ProblemException `out-of-room`
  void admitNew() {
    if (reserve.lowOnRoom()) {
      throw outOfRoom(reserve.watermarkBytes());
    }
  }

  /// @param bytes that will be stored: the weights of a model are more than any reserve
  /// @throws ProblemException `out-of-room`
  void admitResult(long bytes) {
    long needed = reserve.watermarkBytes() / RESULTS_SHARE + bytes;
    if (reserve.freeBytes() < needed) {
      throw outOfRoom(needed);
    }
  }

  private ProblemException outOfRoom(long needed) {
    return new ProblemException(
        ProblemType.OUT_OF_ROOM,
        "Expected %,d MiB to be free on the broker's disk, but only %,d MiB are; nothing was stored or submitted, and what is in the queue goes on. Make room on that disk, or drop old history with `mycoswarm log compact`; then try again"
            .formatted(needed >> 20, reserve.freeBytes() >> 20),
        Map.of("Retry-After", "30"));
  }
}
