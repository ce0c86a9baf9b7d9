package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/// Appends documents to a Chronicle Queue of its own folder, and forces them to disk. Chronicle's
/// own `sync` is not enough: it covers only the block written last, and a failing one is merely
/// logged. So every file touched is forced here, and so is every folder that got a new name.
///
/// One thread at a time; after an exception only [#close] may be called.
final class ChronicleWriter implements Closeable {
  private static final long MILLIS_PER_SEGMENT = 86_400_000;
  private static final long LOCK_WAIT_MILLIS = 500;
  private static final int TABLE_BYTES = 64 << 10;

  private final Path folder;
  private final long segmentBytes;
  private final Disk disk;
  private final Room room;
  private final ChronicleQueue queue;
  private final ExcerptAppender appender;
  private final List<FileChannel> unsynced = new ArrayList<>();
  private @Nullable FileChannel current;
  private boolean isNamesDirty = true;

  /// Chronicle names files by the day; its clock here is the number of the segment, so the wall
  /// clock, which may jump, never chooses a file.
  private final AtomicLong segment = new AtomicLong(1);

  private long end;
  private long bytesInSegment;

  ChronicleWriter(Path folder, LogSettings settings, Disk disk) throws IOException {
    ChronicleRuntime.prepare();
    this.folder = Files.createDirectory(folder);
    this.segmentBytes = settings.segmentBytes();
    this.disk = disk;
    this.room = new Room(disk, segmentBytes);
    giveBlocks(folder.resolve("metadata.cq4t"));
    this.queue =
        SingleChronicleQueueBuilder.binary(folder)
            .rollCycle(RollCycles.FAST_DAILY)
            .timeProvider(() -> segment.get() * MILLIS_PER_SEGMENT)
            .timeoutMS(LOCK_WAIT_MILLIS)
            .blockSize(Math.toIntExact(settings.blockBytes()))
            .build();
    this.appender = queue.createAppender();
    appender.singleThreadedCheckDisabled(true);
  }

  /// Chronicle's table is mapped, too: without blocks of its own a full disk would be met in there.
  private void giveBlocks(Path table) throws IOException {
    try (FileChannel file =
        FileChannel.open(table, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.write(file, ByteBuffer.allocate(TABLE_BYTES), 0);
    }
  }

  /// Appends one document and returns the offset of its header in [#file].
  long write(byte[] header, byte[] body) throws IOException {
    int length = header.length + body.length;
    FileChannel file = fileFor(length);
    room.ensure(file, end == 0, end, length);
    long content;
    try (DocumentContext document = appender.writingDocument()) {
      Bytes<?> bytes = Objects.requireNonNull(document.wire()).bytes();
      content = bytes.writePosition();
      bytes.write(header);
      disk.throughMapping();
      bytes.write(body);
    }
    end = CycleFile.aligned(content + length);
    bytesInSegment += length;
    return content - Integer.BYTES;
  }

  /// The file that the last document went to.
  Path file() {
    String day = LocalDate.ofEpochDay(segment.get()).format(DateTimeFormatter.BASIC_ISO_DATE);
    return folder.resolve(day + "F.cq4");
  }

  private FileChannel fileFor(int length) throws IOException {
    if (current != null && bytesInSegment > 0 && bytesInSegment + length > segmentBytes) {
      unsynced.add(current);
      current = null;
      segment.incrementAndGet();
    }
    if (current == null) {
      current =
          FileChannel.open(
              file(),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      end = 0;
      bytesInSegment = 0;
      isNamesDirty = true;
    }
    return current;
  }

  /// Returns once everything written survives a power cut.
  ///
  /// @return whether a file was begun since the last time
  boolean sync() throws IOException {
    for (FileChannel file : unsynced) {
      disk.force(file, true);
      file.close();
    }
    unsynced.clear();
    boolean hasNewFile = isNamesDirty;
    if (current != null) {
      disk.force(current, hasNewFile);
    }
    if (hasNewFile) {
      disk.forceNames(folder, 2);
      isNamesDirty = false;
    }
    return hasNewFile;
  }

  @Override
  public void close() throws IOException {
    appender.close();
    queue.close();
    for (FileChannel file : unsynced) {
      file.close();
    }
    if (current != null) {
      current.close();
    }
  }
}
