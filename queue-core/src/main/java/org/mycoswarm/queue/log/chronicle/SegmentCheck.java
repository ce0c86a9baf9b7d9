package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.Ahead;

/// Reads one file as far as it belongs to the history, and changes nothing.
final class SegmentCheck {
  private static final long AHEAD_FROM_BYTES = 1 << 20;

  private final Path path;
  private final History history;
  private final long confirmed;
  private @Nullable Segment segment;
  private long goodEnd;
  private long unconfirmedFrom = -1;

  /// @param confirmed positions up to this one are known to be durable
  SegmentCheck(Path path, History history, long confirmed) {
    this.path = path;
    this.history = history;
    this.confirmed = confirmed;
  }

  /// Where reading stopped.
  ///
  /// @param isClean nothing was ever written there
  record Stop(Path file, long offset, String why, boolean isClean) {}

  /// Reads up to a position, or to the first place that cannot be the next entry. The chain is
  /// followed here, while other threads read on and compare checksums, unless the file is short.
  Stop readUpTo(long limit) throws IOException {
    try {
      if (Files.size(path) < AHEAD_FROM_BYTES) {
        try (SegmentEntries entries = new SegmentEntries(path)) {
          return accept(limit, () -> SegmentEntries.proved(entries.next()));
        }
      }
      try (Ahead<List<SegmentEntries.Entry>> ahead =
          new Ahead<>("check", () -> new SegmentEntries(path), SegmentEntries::proved)) {
        return accept(limit, ahead::next);
      }
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  private Stop accept(long limit, Supplier<List<SegmentEntries.Entry>> batches) {
    try {
      while (history.end() < limit) {
        for (SegmentEntries.Entry entry : batches.get()) {
          if (history.end() >= limit) {
            break;
          }
          if (entry.envelope() == null) {
            return new Stop(path, goodEnd, entry.why(), entry.isClean());
          }
          accept(entry, entry.envelope());
        }
      }
      return new Stop(path, goodEnd, "", true);
    } catch (Unreadable unreadable) {
      return new Stop(path, goodEnd, String.valueOf(unreadable.getMessage()), false);
    }
  }

  private void accept(SegmentEntries.Entry entry, Envelope envelope) throws Unreadable {
    byte[] chainBefore = history.link();
    history.accept(envelope);
    long position = history.end();
    if (segment == null) {
      segment = new Segment(path, position, entry.offset(), chainBefore);
    }
    segment.note(position, entry.offset());
    goodEnd = entry.end();
    if (position > confirmed && unconfirmedFrom < 0) {
      unconfirmedFrom = entry.offset();
    }
  }

  /// The file as readers find their way in it; null when nothing in it was good.
  @Nullable Segment segment() {
    return segment;
  }

  /// What is good but not known to be durable; null when there is no such thing.
  @Nullable UnconfirmedBytes unconfirmed() {
    return unconfirmedFrom < 0 ? null : new UnconfirmedBytes(path, unconfirmedFrom, goodEnd);
  }
}
