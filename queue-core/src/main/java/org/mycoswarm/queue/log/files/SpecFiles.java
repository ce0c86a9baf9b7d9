package org.mycoswarm.queue.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogFailure;

/// Keeps specs in files, so that a million payloads wait on the disk and not in memory. The files
/// are scratch: the state is rebuilt from the log at every start, so they begin empty and are never
/// synced. One thread; one process a folder.
///
/// A spec's number is its place, so a spec costs no memory but one bit for every 64 bytes: whether
/// it is still there. Specs are appended to segments of 32 MiB; a segment that holds none any more
/// is deleted. When the files come to more than three times what is live, and 64 MiB, the emptiest
/// segment is emptied: what is left of it is appended anew, and only specs that were moved like
/// this need an entry in memory. Emptying copies a third of a segment at most, some 10 ms. A queue
/// that is worked off in the order in which it was filled never comes to it.
///
/// Every record carries its number, its length and a checksum of both and of its bytes. A wrong
/// read is an [IllegalStateException], which stops the writer.
public final class SpecFiles implements SpecStore, AutoCloseable {
  /// How many times as much as is live the files may hold.
  static final int LIVE_FACTOR = 3;

  /// What the files may hold besides.
  static final long SLACK_BYTES = 64L << 20;

  static final String SUFFIX = ".specs";
  private static final int SCRATCH_BYTES = 16 << 10;
  private static final int SCRATCH_BYTES_MAX = 1 << 20;

  private final Path folder;
  private final Map<Long, SpecSegment> segments = new HashMap<>();
  private final Map<Long, Long> moved = new HashMap<>();
  private final ReadAhead ahead = new ReadAhead();
  private ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
  private SpecSegment newest;
  private long bytes;
  private long liveBytes;

  private SpecFiles(Path folder) {
    this.folder = folder;
    this.newest = begin(0);
  }

  /// Begins an empty store. Files of an earlier one in the folder are deleted.
  ///
  /// @throws LogFailure when the folder cannot be written
  public static SpecFiles open(Path folder) {
    try {
      Files.createDirectories(folder);
      deleteAll(folder);
    } catch (IOException e) {
      throw new LogFailure(
          "Expected to empty the folder '%s', which keeps what tasks are to do, but %s; make it writable and start again"
              .formatted(folder, e),
          e);
    }
    return new SpecFiles(folder);
  }

  /// @throws LogFailure when the disk is full or broken; only [#close] may follow
  @Override
  public long put(TaskSpec spec) {
    scratch = SpecRecord.write(spec, scratch);
    long place = nextPlace(scratch.remaining());
    SpecRecord.seal(scratch, place);
    append(place, scratch);
    if (scratch.capacity() > SCRATCH_BYTES_MAX) {
      scratch = ByteBuffer.allocate(SCRATCH_BYTES);
    }
    bound();
    return place;
  }

  /// @throws LogFailure when the disk is broken
  @Override
  public TaskSpec get(long spec) {
    long place = moved.getOrDefault(spec, spec);
    SpecSegment segment = segmentOf(place, spec);
    ByteBuffer record = ahead.read(segment, SpecPlace.from(place), SpecPlace.bytes(place));
    return SpecRecord.read(record, spec);
  }

  @Override
  public void drop(long spec) {
    Long elsewhere = moved.remove(spec);
    long place = elsewhere == null ? spec : elsewhere;
    remove(segmentOf(place, spec), place);
    bound();
  }

  /// How many bytes the files have, or will have once everything is written.
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    segments.values().forEach(SpecSegment::delete);
    segments.clear();
  }

  private SpecSegment segmentOf(long place, long spec) {
    SpecSegment segment = segments.get(SpecPlace.segment(place));
    if (segment == null || !segment.holds(place)) {
      throw new IllegalStateException("Expected spec %d to be kept, but it is not".formatted(spec));
    }
    return segment;
  }

  private long nextPlace(int length) {
    if (newest.end() >= SpecPlace.SEGMENT_BYTES) {
      SpecSegment full = newest;
      full.seal();
      newest = begin(full.number + 1);
      deleteIfEmpty(full);
    }
    return SpecPlace.of(newest.number, newest.end(), length);
  }

  private SpecSegment begin(long number) {
    SpecSegment segment = new SpecSegment(folder, number);
    segments.put(number, segment);
    return segment;
  }

  private void append(long place, ByteBuffer record) {
    bytes += record.remaining();
    liveBytes += record.remaining();
    newest.append(place, record);
  }

  private void remove(SpecSegment segment, long place) {
    segment.drop(place);
    liveBytes -= SpecPlace.bytes(place);
    deleteIfEmpty(segment);
  }

  private void deleteIfEmpty(SpecSegment segment) {
    if (segment != newest && segment.liveBytes() == 0) {
      segments.remove(segment.number);
      ahead.forget(segment);
      bytes -= segment.end();
      segment.delete();
    }
  }

  private void bound() {
    while (bytes > LIVE_FACTOR * liveBytes + SLACK_BYTES) {
      Optional<SpecSegment> emptiest =
          segments.values().stream()
              .filter(segment -> segment != newest)
              .min(
                  Comparator.comparingDouble(
                      segment -> (double) segment.liveBytes() / segment.end()));
      if (emptiest.isEmpty()) {
        return;
      }
      for (long from : emptiest.get().livePlaces()) {
        move(emptiest.get(), from);
      }
    }
  }

  private void move(SpecSegment from, long begin) {
    int length = SpecRecord.length(ahead.read(from, begin, SpecRecord.HEADER_BYTES));
    ByteBuffer record = ahead.read(from, begin, SpecPlace.wholeBlocks(length));
    long number = SpecRecord.number(record);
    SpecRecord.check(record, number);
    long place = nextPlace(record.remaining());
    moved.put(number, place);
    append(place, record);
    remove(from, SpecPlace.of(from.number, begin, record.limit()));
  }

  private static void deleteAll(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
