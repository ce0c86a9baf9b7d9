package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Reads durable entries, each checked again. It has a file handle of its own, so it disturbs
/// neither the writer nor other cursors. Confined to one thread at a time, virtual or not.
final class ChronicleCursor implements LogCursor {
  private final Segments segments;
  private final LongConsumer expectKept;
  private final LongSupplier durable;
  private long next;
  private long durableSeen;
  private @Nullable Segment segment;
  private @Nullable CycleFile file;

  /// @param expectKept throws for a position that was dropped
  ChronicleCursor(Segments segments, LongConsumer expectKept, LongSupplier durable, long after) {
    this.segments = segments;
    this.expectKept = expectKept;
    this.durable = durable;
    this.next = after + 1;
  }

  @Override
  public @Nullable LogRecord next() {
    if (next > durableSeen && !hasMore()) {
      return null;
    }
    try {
      CycleFile open = fileHolding(next);
      Envelope entry = entry(open, next);
      next++;
      return new LogRecord(new LogPosition(entry.position()), entry.body());
    } catch (NoSuchFileException gone) {
      expectKept.accept(next);
      throw damaged("Expected the file, but it is gone");
    } catch (Unreadable unreadable) {
      throw damaged(String.valueOf(unreadable.getMessage()));
    } catch (IOException failed) {
      throw new LogFailure(
          "Expected to read position %d of the log, but the disk refused: %s. The log itself goes on; open a new cursor."
              .formatted(next, failed),
          failed);
    }
  }

  /// Only bytes read after the watermark was, belong to entries below it; so what was read ahead is
  /// forgotten whenever the watermark moves.
  private boolean hasMore() {
    durableSeen = durable.getAsLong();
    if (file != null) {
      file.refresh();
    }
    return next <= durableSeen;
  }

  /// What was dropped meanwhile is gone for a cursor at once, also when it has the file open.
  private CycleFile fileHolding(long position) throws IOException, Unreadable {
    Segment holding = segments.holding(position);
    expectKept.accept(position);
    if (holding == null) {
      throw new IllegalStateException("Expected a segment for position " + position);
    }
    if (holding == segment && file != null) {
      return file;
    }
    close();
    CycleFile opened = CycleFile.open(holding.file());
    file = opened;
    segment = holding;
    Segment.Place place = holding.placeBefore(position);
    opened.seek(place.offset());
    for (long passed = place.position(); passed < position; passed++) {
      entry(opened, passed);
    }
    return opened;
  }

  private static Envelope entry(CycleFile file, long position) throws IOException, Unreadable {
    CycleFile.Document document = file.next();
    if (document == null) {
      throw new Unreadable("Expected an entry, but " + file.whyNone());
    }
    Envelope entry = Envelope.read(document.content());
    if (entry.position() != position) {
      throw new Unreadable(
          "Expected position %d, but it is %d".formatted(position, entry.position()));
    }
    return entry;
  }

  private LogDamaged damaged(String expectedAndFound) {
    return new LogDamaged(
        "Position %d of the log, in '%s', is damaged: %s. Nothing was skipped. Stop the broker, put back an undamaged copy of this file, and start again."
            .formatted(next, segment == null ? "?" : segment.file(), expectedAndFound));
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } finally {
      file = null;
    }
  }
}
