package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.Ahead;

/// The entries of one file in handfuls, read by one thread and proved by another. The last entry of
/// the last handful is the place where reading stopped.
final class SegmentEntries implements Ahead.Source<List<SegmentEntries.Raw>> {
  private static final int BYTES_MAX = 256 << 10;

  private final CycleFile file;
  private boolean isOver;

  /// What was found at a place of the file.
  ///
  /// @param document null where there is none
  /// @param why there is none
  /// @param isClean nothing was ever written there
  record Raw(CycleFile.@Nullable Document document, String why, boolean isClean) {}

  /// What it proved to be.
  ///
  /// @param end where the next one begins
  /// @param envelope null when this is no entry
  record Entry(long offset, long end, @Nullable Envelope envelope, String why, boolean isClean) {}

  /// @throws UncheckedIOException when the disk refuses, as every method here
  SegmentEntries(Path path) {
    try {
      file = CycleFile.open(path);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  @Override
  public @Nullable List<Raw> next() {
    if (isOver) {
      return null;
    }
    List<Raw> batch = new ArrayList<>();
    try {
      for (int bytes = 0; bytes < BYTES_MAX && !isOver; ) {
        CycleFile.Document document = file.next();
        isOver = document == null;
        batch.add(new Raw(document, isOver ? file.whyNone() : "", file.endsCleanly()));
        bytes += document == null ? 0 : document.content().length;
      }
      return batch;
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  static List<Entry> proved(@Nullable List<Raw> batch) {
    List<Entry> entries = new ArrayList<>();
    for (Raw raw : batch == null ? List.<Raw>of() : batch) {
      entries.add(proved(raw));
    }
    return entries;
  }

  private static Entry proved(Raw raw) {
    CycleFile.Document document = raw.document();
    if (document == null) {
      return new Entry(0, 0, null, raw.why(), raw.isClean());
    }
    try {
      Envelope envelope = Envelope.read(document.content());
      long end = CycleFile.aligned(document.end());
      return new Entry(document.offset(), end, envelope, "", false);
    } catch (Unreadable unreadable) {
      return new Entry(0, 0, null, String.valueOf(unreadable.getMessage()), false);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}
