package org.mycoswarm.broker.api;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.BulkLines.Chunk;

/// How one bulk submission goes: what its chunks have to know of those before them. Thread-safe.
final class BulkCourse {
  /// Lines at fault that are named in one answer; of chunks after these one each.
  static final int NAMED_MAX = 1_000;

  private final AtomicInteger named = new AtomicInteger();
  private volatile boolean patient = true;
  private volatile @Nullable String ended;

  /// Whether chunks wait for the queue and the tables.
  boolean isPatient() {
    return patient;
  }

  void patient(boolean now) {
    patient = now;
  }

  /// A chunk's key was used for other lines. Lines may have moved, so those of later chunks may be
  /// in the queue under another number.
  void end(Chunk reused) {
    ended = reused.id();
  }

  /// Asked only once the chunk before is settled, and only with a key.
  ///
  /// @param before what became of the chunk before, or null when none has to be looked at
  /// @throws ProblemException when lines of the chunk might be in the queue already, or might be
  ///     submitted once more when the ones before it are mended
  void requireThatItMayFollow(Chunk chunk, BulkOutcome.@Nullable Settled before) {
    if (ended != null) {
      throw new ProblemException(
          ProblemType.KEY_REUSED,
          "Expected the lines before these to be the same as before under this key, but those of chunk %s are not, so that these may be in the queue already; nothing of this chunk was submitted. Send lines that are new under another key"
              .formatted(ended));
    }
    if (chunk.part() > 1 && before != null && before.view().job() == null) {
      throw new ProblemException(
          ProblemType.UNPROCESSABLE,
          "Expected the lines before these, of which there are too many bytes for one chunk, to be in the queue, but they are not; nothing of this chunk was submitted. Mend those, and send the same again under the same key");
    }
  }

  /// The first ones of a chunk, as many as are still named; at least one.
  List<ChunkJobs.Fault> named(List<ChunkJobs.Fault> faults) {
    int left = NAMED_MAX - named.getAndAdd(faults.size());
    return faults.subList(0, Math.clamp(left, 1, faults.size()));
  }
}
