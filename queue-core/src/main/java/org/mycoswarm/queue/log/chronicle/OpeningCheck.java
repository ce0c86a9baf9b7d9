package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogDamaged;

/// Reads the log before it is used, and changes nothing. Each entry must have the right mark,
/// length, checksum, position and chain.
///
/// Whoever brings a state of an earlier position along needs only what comes after it. Then what is
/// read before is each file's first entry, and the files from the one on that holds that position;
/// the others are left to [EarlierCheck], unless a first entry among them cannot be read.
///
/// Where a file ends is told by those after it: every opening goes on with the position after the
/// last one it found good, so a file counts up to the position before the lowest one that a later
/// file begins with. What lies behind that was dropped once and stays dropped, whole files of it
/// too. A file whose first entry is unreadable counts for nothing; if it was needed, a position is
/// missing.
///
/// At the first position that is missing or unreadable the log ends, if no one was told about it:
/// neither the high-water file, nor the caller, nor any whole entry behind it knows that position
/// as durable. If someone does, it is damage, and the log refuses to open.
final class OpeningCheck {
  private final LogFolder folder;
  private final Beginning beginning;
  private final HighWater.Mark highWater;
  private final long confirmed;
  private final long needed;
  private History history;
  private final Segments segments = new Segments();
  private final List<UnconfirmedBytes> unconfirmed = new ArrayList<>();
  private final List<Start> starts = new ArrayList<>();

  /// @param knownDurable the highest position the caller remembers as durable
  /// @param needed what lies before it may be read later; 0 when everything is read now
  OpeningCheck(
      LogFolder folder,
      Beginning beginning,
      HighWater.Mark highWater,
      long knownDurable,
      long needed) {
    this.folder = folder;
    this.beginning = beginning;
    this.highWater = highWater;
    this.needed = needed;
    long kept = beginning.file().isEmpty() ? 0 : beginning.position();
    this.confirmed = Math.max(kept, Math.max(highWater.position(), knownDurable));
    this.history = new History(highWater, beginning);
  }

  /// What is good, and what was found behind it.
  ///
  /// @param droppedWhy what the dropped end looks like; null when the log ends cleanly
  /// @param earlier what was not read yet; null when everything was
  record Found(
      Segments segments,
      long end,
      Chain chain,
      List<UnconfirmedBytes> unconfirmed,
      @Nullable String droppedWhy,
      @Nullable EarlierCheck earlier) {}

  /// How a file begins.
  ///
  /// @param position of its first entry, or 0 when that cannot be read
  /// @param offset of its first entry
  private record Start(Path file, long position, long offset, SegmentCheck.Stop unreadable) {
    boolean isReadable() {
      return position > 0;
    }
  }

  /// @throws LogDamaged when anything but an end nobody was told about is wrong
  Found run() throws IOException {
    for (Path file : folder.segmentFiles(beginning.file())) {
      starts.add(start(file));
    }
    int first = firstNeeded();
    EarlierCheck earlier = first == 0 ? null : earlierThan(first);
    int last = first - 1;
    SegmentCheck.Stop stop = nothingRead();
    for (int i = first; i < starts.size(); i++) {
      long limit = lowestPositionAfter(i) - 1;
      Start start = starts.get(i);
      if (start.isReadable() && start.position() <= limit) {
        if (start.position() != history.end() + 1) {
          break;
        }
        stop = readFile(start.file(), limit);
        last = i;
      }
    }
    return finish(stop, starts.subList(last + 1, starts.size()), earlier);
  }

  /// The file to begin with: the last one that counts, and begins at the needed position or before
  /// it.
  private int firstNeeded() {
    int first = 0;
    for (int i = 0; i < starts.size(); i++) {
      Start start = starts.get(i);
      if (!start.isReadable() || start.position() > needed) {
        return first;
      }
      if (start.position() < lowestPositionAfter(i)) {
        first = i;
      }
    }
    return first;
  }

  /// Readers find their way in files that are not checked yet by their first entries.
  private EarlierCheck earlierThan(int first) {
    List<EarlierCheck.Part> parts = new ArrayList<>();
    for (int i = 0; i < first; i++) {
      Start start = starts.get(i);
      long limit = lowestPositionAfter(i) - 1;
      if (start.position() <= limit) {
        segments.add(new Segment(start.file(), start.position(), start.offset(), null));
        parts.add(new EarlierCheck.Part(start.file(), start.position(), limit));
      }
    }
    Start next = starts.get(first);
    history = History.from(next.position(), highWater);
    parts.add(new EarlierCheck.Part(next.file(), next.position(), next.position()));
    return new EarlierCheck(folder, beginning, highWater, parts, segments);
  }

  private SegmentCheck.Stop nothingRead() {
    String why =
        beginning.file().isEmpty()
            ? "there is no entry, and no file 'beginning' that tells of dropped ones"
            : "there is no entry, and by the file 'beginning' the log begins there";
    return new SegmentCheck.Stop(folder.path().resolve(beginning.file()), 0, why, true);
  }

  private static Start start(Path path) throws IOException {
    try (CycleFile file = CycleFile.open(path)) {
      CycleFile.Document first = file.next();
      if (first == null) {
        return new Start(
            path, 0, 0, new SegmentCheck.Stop(path, 0, file.whyNone(), file.isBlank()));
      }
      long position = Envelope.read(first.content()).position();
      return new Start(path, position, first.offset(), new SegmentCheck.Stop(path, 0, "", true));
    } catch (Unreadable unreadable) {
      String why = String.valueOf(unreadable.getMessage());
      return new Start(path, 0, 0, new SegmentCheck.Stop(path, 0, why, false));
    }
  }

  private long lowestPositionAfter(int index) {
    return starts.stream()
        .skip(index + 1L)
        .filter(Start::isReadable)
        .mapToLong(Start::position)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private SegmentCheck.Stop readFile(Path file, long limit) throws IOException {
    SegmentCheck check = new SegmentCheck(file, history, confirmed);
    SegmentCheck.Stop stop = check.readUpTo(limit);
    if (check.segment() != null) {
      segments.add(check.segment());
    }
    if (check.unconfirmed() != null) {
      unconfirmed.add(check.unconfirmed());
    }
    return stop;
  }

  /// @param behind the files after the one where reading stopped
  private Found finish(SegmentCheck.Stop stop, List<Start> behind, @Nullable EarlierCheck earlier)
      throws IOException {
    long acknowledged = Math.max(confirmed, history.testified());
    if (!segments.isEmpty()) {
      acknowledged = Math.max(acknowledged, Witnesses.highestDurable(stop.file(), stop.offset()));
    }
    for (Start each : behind) {
      acknowledged = Math.max(acknowledged, Witnesses.highestDurable(each.file(), 0));
    }
    SegmentCheck.Stop blamed = blame(stop, behind);
    if (acknowledged > history.end()) {
      throw damaged(blamed, acknowledged);
    }
    String droppedWhy =
        blamed.isClean() ? null : "'%s': %s".formatted(folder.name(blamed.file()), blamed.why());
    return new Found(segments, history.end(), history.chain(), unconfirmed, droppedWhy, earlier);
  }

  /// The place to name: where reading stopped, unless that is a clean end and the file after it
  /// cannot be read at all, or begins too late, or is blank.
  private SegmentCheck.Stop blame(SegmentCheck.Stop stop, List<Start> behind) {
    if (!stop.isClean()) {
      return stop;
    }
    StringBuilder why = new StringBuilder(stop.why());
    for (Start start : behind) {
      String name = folder.name(start.file());
      if (start.isReadable()) {
        why.append(", and '%s' begins with position %d".formatted(name, start.position()));
        return new SegmentCheck.Stop(stop.file(), stop.offset(), why.toString(), false);
      }
      if (!start.unreadable().isClean()) {
        return start.unreadable();
      }
      why.append(", and '%s' is blank".formatted(name));
    }
    return new SegmentCheck.Stop(stop.file(), stop.offset(), why.toString(), true);
  }

  private LogDamaged damaged(SegmentCheck.Stop at, long acknowledged) {
    return new LogDamaged(
        String.format(
            Locale.ROOT,
            "Expected position %d of the log at byte %,d of '%s', because positions up to %d are known"
                + " to have been acknowledged, but it cannot be read there: %s. The log stays closed"
                + " and nothing was changed. Put back an undamaged copy of this file; do not delete"
                + " anything before.",
            history.end() + 1,
            at.offset(),
            at.file(),
            acknowledged,
            at.why()));
  }
}
