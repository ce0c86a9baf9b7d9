package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mycoswarm.queue.log.LogDamaged;

/// Reads what [OpeningCheck] left for later: the files before the one it began with, and that one's
/// first entry, whose link to those before it was taken as it is. All of it was acknowledged long
/// ago, so whatever is wrong is damage. Changes nothing on disk. One thread at a time.
final class EarlierCheck {
  /// A file, and which positions in it count.
  record Part(Path file, long first, long last) {}

  private final LogFolder folder;
  private final Beginning beginning;
  private final HighWater.Mark highWater;
  private final List<Part> parts;
  private final Segments segments;
  private volatile boolean isStopped;

  /// @param parts each begins after the last position of the one before; the last one is the first
  ///     entry of the file that was read already
  /// @param segments gets the places and links of what is read
  EarlierCheck(
      LogFolder folder,
      Beginning beginning,
      HighWater.Mark highWater,
      List<Part> parts,
      Segments segments) {
    this.folder = folder;
    this.beginning = beginning;
    this.highWater = highWater;
    this.parts = parts;
    this.segments = segments;
  }

  /// @return whether everything was read; it was not when somebody stopped it
  /// @throws LogDamaged when an entry is not what was written, or is missing
  boolean run() throws IOException {
    History history = new History(highWater, beginning);
    for (Part part : parts) {
      if (isStopped) {
        return false;
      }
      read(part, history);
    }
    return true;
  }

  private void read(Part part, History history) throws IOException {
    if (part.first() != history.end() + 1) {
      throw damaged(history.end() + 1, 0, part.file(), "it begins with position " + part.first());
    }
    SegmentCheck check = new SegmentCheck(part.file(), history, Long.MAX_VALUE);
    SegmentCheck.Stop stop = check.readUpTo(part.last());
    Segment segment = check.segment();
    if (segment == null || history.end() < part.last()) {
      String why = stop.why() + (stop.isClean() ? followedBy(part) : "");
      throw damaged(history.end() + 1, stop.offset(), part.file(), why);
    }
    if (part.equals(parts.getLast())) {
      segments.linked(part.first(), segment.chainBefore());
    } else {
      segments.add(segment);
    }
  }

  private String followedBy(Part part) {
    Part next = parts.get(Math.min(parts.indexOf(part) + 1, parts.size() - 1));
    return ", and '%s' begins with position %d".formatted(folder.name(next.file()), next.first());
  }

  private static LogDamaged damaged(long position, long offset, Path file, String why) {
    return new LogDamaged(
        String.format(
            Locale.ROOT,
            "Expected position %d of the log at byte %,d of '%s', but it cannot be read there: %s. It lies"
                + " before the position that the broker went on from, so it was found while the log was open:"
                + " what was acknowledged meanwhile is in the log, and nothing was changed. The next opening"
                + " reads everything first. Put back an undamaged copy of this file; do not delete anything"
                + " before.",
            position,
            offset,
            file,
            why));
  }

  /// Lets a run that is under way end before the next file. Any thread.
  void stop() {
    isStopped = true;
  }
}
