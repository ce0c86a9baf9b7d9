package org.mycoswarm.queue.domain;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The ready tasks of one job in one line: a bit for each, so a million of them cost 125 kB, and a
/// small job, of which there may be a million, needs no second object.
final class JobFlow extends FairQueue.Flow {
  private static final int FEW = 64;

  final OpenJob job;
  final Line line;

  /// Where it takes its turns; null while its job is paused.
  @Nullable Band band;

  /// Those of the first 64 tasks that are ready.
  private long few;

  private @Nullable BitSet more;

  /// None of `more` is below this; or a large job would be searched from its start at every lease.
  private int lowest = Integer.MAX_VALUE;

  JobFlow(OpenJob job, Line line) {
    this.job = job;
    this.line = line;
  }

  void ready(int number) {
    if (number < FEW) {
      few |= 1L << number;
      return;
    }
    if (more == null) {
      more = new BitSet(number + 1);
    }
    more.set(number);
    lowest = Math.min(lowest, number);
  }

  void unready(int number) {
    if (number < FEW) {
      few &= ~(1L << number);
    } else if (more != null) {
      more.clear(number);
      if (number == lowest) {
        int next = more.nextSetBit(number);
        lowest = next < 0 ? Integer.MAX_VALUE : next;
      }
    }
  }

  boolean isReady(int number) {
    return next(number) == number;
  }

  boolean isEmpty() {
    return next(0) < 0;
  }

  /// The first ready task from this number on, or -1.
  int next(int from) {
    long left = from < FEW ? few & -1L << from : 0;
    if (left != 0) {
      return Long.numberOfTrailingZeros(left);
    }
    return more == null || lowest == Integer.MAX_VALUE
        ? -1
        : more.nextSetBit(Math.max(from, lowest));
  }

  IntStream ready() {
    return IntStream.iterate(next(0), number -> number >= 0, number -> next(number + 1));
  }
}
