package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads one file as far as it belongs to the history, and changes nothing.
final class SegmentCheck {
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

  /// Reads up to a position, or to the first place that cannot be the next entry.
  Stop readUpTo(long limit) throws IOException {
    try (CycleFile file = CycleFile.open(path)) {
      while (history.end() < limit) {
        CycleFile.Document document = file.next();
        if (document == null) {
          return new Stop(path, goodEnd, file.whyNone(), file.endsCleanly());
        }
        accept(document);
      }
      return new Stop(path, goodEnd, "", true);
    } catch (Unreadable unreadable) {
      return new Stop(path, goodEnd, String.valueOf(unreadable.getMessage()), false);
    }
  }

  private void accept(CycleFile.Document document) throws Unreadable {
    byte[] chainBefore = history.link();
    history.accept(Envelope.read(document.content()));
    long position = history.end();
    if (segment == null) {
      segment = new Segment(path, position, document.offset(), chainBefore);
    }
    segment.note(position, document.offset());
    goodEnd = CycleFile.aligned(document.end());
    if (position > confirmed && unconfirmedFrom < 0) {
      unconfirmedFrom = document.offset();
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
