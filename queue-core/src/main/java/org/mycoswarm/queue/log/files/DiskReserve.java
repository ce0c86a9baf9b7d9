package org.mycoswarm.queue.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the room on the disk, so that a queue that is filling up refuses new work while it can
/// still finish the old. Below the watermark [#lowOnRoom] says so. Should others fill the disk all
/// the same, a ballast file of real blocks is given up, and what is already in the queue has that
/// much room to be completed. Both heal by themselves: the ballast grows again as room comes back.
///
/// Has no thread of its own: somebody who asks looks, at most once a second. Thread-safe.
public final class DiskReserve {
  private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
  private static final long NANOS_BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(1);

  /// A look may take a caller's time for this much writing, and no more.
  private static final int GROWTH_BYTES = 8 << 20;

  private static final int CHUNK_BYTES = 1 << 20;

  private final Path ballast;
  private final FileStore disk;
  private final ReserveSettings settings;
  private final LongSupplier nanoTime;
  private final long watermarkBytes;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile long lookedAtNanos;
  private volatile long freeBytes;
  private volatile boolean isLow;

  private DiskReserve(Path ballast, FileStore disk, ReserveSettings settings, LongSupplier nanoTime)
      throws IOException {
    this.ballast = ballast;
    this.disk = disk;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.watermarkBytes = settings.watermarkBytes(disk.getTotalSpace());
  }

  /// Looks at the disk of a folder and begins its ballast there, or gives it up when the disk is
  /// full; so call this before anything else in the folder is opened.
  ///
  /// @param nanoTime a clock that only goes forward, as `System::nanoTime`
  /// @throws IOException when the folder cannot be used
  public static DiskReserve open(Path folder, ReserveSettings settings, LongSupplier nanoTime)
      throws IOException {
    Files.createDirectories(folder);
    DiskReserve reserve =
        new DiskReserve(folder.resolve("ballast"), Files.getFileStore(folder), settings, nanoTime);
    reserve.look();
    return reserve;
  }

  /// Whether submissions must be refused for want of room. Costs nothing but one look a second.
  public boolean lowOnRoom() {
    lookWhenDue();
    return isLow;
  }

  /// The bytes that are free, not counting the ballast, as of a second ago at most.
  public long freeBytes() {
    lookWhenDue();
    return freeBytes;
  }

  /// The free bytes below which [#lowOnRoom] is true.
  public long watermarkBytes() {
    return watermarkBytes;
  }

  private void lookWhenDue() {
    if (nanoTime.getAsLong() - lookedAtNanos < NANOS_BETWEEN_LOOKS || !looking.tryLock()) {
      return;
    }
    try {
      look();
    } catch (IOException failed) {
      LOG.warn("Expected to see how much room '{}' has, but the disk refused", ballast, failed);
    } finally {
      looking.unlock();
    }
  }

  private void look() throws IOException {
    lookedAtNanos = nanoTime.getAsLong();
    long ballastBytes = Files.exists(ballast) ? Files.size(ballast) : 0;
    long free = disk.getUsableSpace();
    if (free < settings.ballastBytes() && ballastBytes > 0) {
      Files.delete(ballast);
      LOG.warn(
          "Only {} MiB were free on the disk of '{}', so its {} MiB were given up. Make room: below"
              + " {} MiB nothing is submitted.",
          free >> 20,
          ballast,
          ballastBytes >> 20,
          watermarkBytes >> 20);
    } else if (ballastBytes < settings.ballastBytes()) {
      growBallast(ballastBytes, free - watermarkBytes);
    }
    note(disk.getUsableSpace());
  }

  /// @param spareBytes what may be used without going below the watermark
  private void growBallast(long from, long spareBytes) throws IOException {
    long growth = Math.min(Math.min(GROWTH_BYTES, settings.ballastBytes() - from), spareBytes);
    if (growth <= 0) {
      return;
    }
    try (FileChannel file =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
      for (long at = from; at < from + growth; ) {
        zeros.clear().limit((int) Math.min(CHUNK_BYTES, from + growth - at));
        at += file.write(zeros, at);
      }
    }
  }

  /// Says it once when room becomes scarce, and once when there is room again.
  private void note(long free) {
    freeBytes = free;
    boolean isLowNow = free < watermarkBytes;
    if (isLowNow != isLow) {
      isLow = isLowNow;
      LOG.warn(
          isLowNow
              ? "Submissions are refused: {} MiB are free on the disk of '{}', and {} MiB are needed."
              : "Submissions are taken again: {} MiB are free on the disk of '{}', and {} MiB are needed.",
          free >> 20,
          ballast,
          watermarkBytes >> 20);
    }
  }
}
