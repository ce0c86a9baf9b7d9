package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogDamaged;

/// Reads the whole log before it is used, and changes nothing. Each entry must have the right mark,
/// length, checksum, position and chain.
///
/// Where a file ends is told by the next one: every opening goes on with the position after the
/// last one it found good, so a file counts up to the position before the next file's first, and
/// what lies behind that was dropped once and stays dropped. A file whose first entry is unreadable
/// counts for nothing; if something in it was needed, a position is missing, and that is damage.
///
/// Only the last file has no successor. An unreadable end there is dropped if no one was told about
/// it: neither the high-water file, nor the caller, nor any whole entry knows its positions as
/// durable. Otherwise the log refuses to open.
final class OpeningCheck {
  private final LogFolder folder;
  private final long confirmed;
  private final History history;
  private final Segments segments = new Segments();
  private final List<UnconfirmedBytes> unconfirmed = new ArrayList<>();
  private final List<Start> starts = new ArrayList<>();

  /// @param knownDurable the highest position the caller remembers as durable
  OpeningCheck(LogFolder folder, HighWater.Mark highWater, long knownDurable) {
    this.folder = folder;
    this.confirmed = Math.max(highWater.position(), knownDurable);
    this.history = new History(highWater);
  }

  /// What is good, and what was found behind it.
  ///
  /// @param droppedWhy what the dropped end looks like; null when the log ends cleanly
  record Found(
      Segments segments,
      long end,
      Chain chain,
      List<UnconfirmedBytes> unconfirmed,
      @Nullable String droppedWhy) {}

  /// How a file begins.
  ///
  /// @param position of its first entry, or 0 when that cannot be read
  private record Start(Path file, long position, SegmentCheck.Stop unreadable) {
    boolean isReadable() {
      return position > 0;
    }
  }

  /// @throws LogDamaged when anything but an end nobody was told about is wrong
  Found run() throws IOException {
    for (Path file : folder.segmentFiles()) {
      starts.add(start(file));
    }
    int last = -1;
    SegmentCheck.Stop stop = new SegmentCheck.Stop(folder.path(), 0, "there is no entry", true);
    for (int i = 0; i < starts.size(); i++) {
      long limit = firstPositionAfter(i) - 1;
      if (starts.get(i).isReadable() && starts.get(i).position() <= limit) {
        stop = readFile(i, limit, stop);
        last = i;
      }
    }
    return finish(stop, last);
  }

  private static Start start(Path path) throws IOException {
    try (CycleFile file = CycleFile.open(path)) {
      CycleFile.Document first = file.next();
      if (first == null) {
        return new Start(
            path, 0, new SegmentCheck.Stop(path, 0, file.whyNone(), file.endsCleanly()));
      }
      long position = Envelope.read(first.content()).position();
      return new Start(path, position, new SegmentCheck.Stop(path, 0, "", true));
    } catch (Unreadable unreadable) {
      String why = String.valueOf(unreadable.getMessage());
      return new Start(path, 0, new SegmentCheck.Stop(path, 0, why, false));
    }
  }

  private long firstPositionAfter(int index) {
    return starts.stream()
        .skip(index + 1L)
        .filter(Start::isReadable)
        .mapToLong(Start::position)
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private SegmentCheck.Stop readFile(int index, long limit, SegmentCheck.Stop before)
      throws IOException {
    Start start = starts.get(index);
    if (start.position() > history.end() + 1) {
      throw damaged(blame(before, -1), goesOnWith(start));
    }
    SegmentCheck check = new SegmentCheck(start.file(), history, confirmed);
    SegmentCheck.Stop stop = check.readUpTo(limit);
    if (check.segment() != null) {
      segments.add(check.segment());
    }
    if (check.unconfirmed() != null) {
      unconfirmed.add(check.unconfirmed());
    }
    if (history.end() < limit && limit < Long.MAX_VALUE - 1) {
      Start next = starts.stream().filter(s -> s.position() == limit + 1).findFirst().orElseThrow();
      throw damaged(blame(stop, index), goesOnWith(next));
    }
    return stop;
  }

  private Found finish(SegmentCheck.Stop stop, int last) throws IOException {
    long acknowledged = Math.max(confirmed, history.testified());
    if (last >= 0) {
      acknowledged = Math.max(acknowledged, Witnesses.highestDurable(stop.file(), stop.offset()));
    }
    for (Start unreadable : starts.subList(last + 1, starts.size())) {
      acknowledged = Math.max(acknowledged, Witnesses.highestDurable(unreadable.file(), 0));
    }
    SegmentCheck.Stop blamed = blame(stop, last);
    if (acknowledged > history.end()) {
      throw damaged(
          blamed, "positions up to %d are known to have been acknowledged".formatted(acknowledged));
    }
    String droppedWhy =
        blamed.isClean() ? null : "'%s': %s".formatted(folder.name(blamed.file()), blamed.why());
    return new Found(segments, history.end(), history.chain(), unconfirmed, droppedWhy);
  }

  /// The place to name when an entry is missing: where reading stopped, unless that was a clean end
  /// and one of the files after it cannot be read at all.
  private SegmentCheck.Stop blame(SegmentCheck.Stop stop, int index) {
    if (!stop.isClean()) {
      return stop;
    }
    for (Start following : starts.subList(index + 1, starts.size())) {
      if (following.isReadable()) {
        break;
      }
      if (!following.unreadable().isClean() || stop.offset() == 0) {
        return following.unreadable();
      }
    }
    return stop;
  }

  private String goesOnWith(Start next) {
    return "'%s' goes on with position %d".formatted(folder.name(next.file()), next.position());
  }

  private LogDamaged damaged(SegmentCheck.Stop at, String whyNeeded) {
    return new LogDamaged(
        ("Expected position %d of the log at byte %,d of '%s', because %s, but it cannot be read"
                + " there: %s. The log stays closed and nothing was changed. Put back an undamaged"
                + " copy of this file; do not delete anything before.")
            .formatted(history.end() + 1, at.offset(), at.file(), whyNeeded, at.why()));
  }
}
