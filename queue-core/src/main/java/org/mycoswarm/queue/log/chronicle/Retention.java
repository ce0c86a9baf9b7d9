package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;

/// Drops whole files from the beginning of the log. A power cut at any point leaves either the old
/// beginning, with every file, or the new one, with leftovers that the next opening deletes. Any
/// thread.
final class Retention implements Closeable {
  private final LogFolder folder;
  private final Segments segments;
  private final Disk disk;
  private volatile long first;
  private String firstFile;
  private boolean hasLeftovers;
  private boolean isClosed;

  Retention(LogFolder folder, Segments segments, Disk disk, Beginning beginning) {
    this.folder = folder;
    this.segments = segments;
    this.disk = disk;
    this.first = beginning.position();
    this.firstFile = beginning.file();
    this.hasLeftovers = true;
  }

  long first() {
    return first;
  }

  /// @param holdsLast the position whose file, and all after it, must stay
  synchronized void dropBefore(long holdsLast) throws IOException {
    Segment keep = segments.holding(holdsLast);
    if (isClosed || keep == null) {
      return;
    }
    if (keep.firstPosition() > first) {
      begin(keep);
    }
    deleteLeftovers();
  }

  /// Readers are turned away before the first file goes.
  private void begin(Segment keep) throws IOException {
    Beginning beginning =
        new Beginning(keep.firstPosition(), keep.chainBefore(), folder.name(keep.file()));
    beginning.write(folder.beginningFile(), disk);
    first = beginning.position();
    firstFile = beginning.file();
    segments.dropBefore(first);
    hasLeftovers = true;
  }

  /// Deletes what an earlier call, or an earlier process, had no time for.
  synchronized void deleteLeftovers() throws IOException {
    if (hasLeftovers && !firstFile.isEmpty() && folder.deleteBefore(firstFile)) {
      disk.forceNames(folder.path(), 1);
    }
    hasLeftovers = false;
  }

  /// Waits for a call that is under way; later ones do nothing, because another process may have
  /// the log then.
  @Override
  public synchronized void close() {
    isClosed = true;
  }
}
