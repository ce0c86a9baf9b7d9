package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogDropped;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log on disk: Chronicle Queue writes it, and this class adds what Chronicle does not do.
///
/// Chronicle alone loses acknowledged entries in a power cut, delivers wrong bytes after damage,
/// and replaces files it cannot read. Here each entry proves itself ([Envelope]), the whole log is
/// read before it is used ([OpeningCheck]), every file touched is forced before an answer, readers
/// see only what was forced, and each process writes files of its own ([LogFolder]).
///
/// The thread rules are those of [EventLog]. An interrupt of the writer's thread during [#sync]
/// counts as a failure: the JDK closes the file under it.
public final class ChronicleEventLog implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(ChronicleEventLog.class);
  private static final long NANOS_BETWEEN_MARKS = 1_000_000_000;

  private final LogFolder folder;
  private final HighWater highWater;
  private final Disk disk;
  private final Retention retention;
  private final LogSettings settings;
  private final Segments segments;
  private final Chain chain;
  private final Object checking = new Object();
  private volatile @Nullable EarlierCheck earlier;
  private @Nullable ChronicleWriter writer;
  private @Nullable Segment current;
  private long appended;
  private volatile long durable;
  private long marked;
  private long markedAtNanos = System.nanoTime() - NANOS_BETWEEN_MARKS;
  private @Nullable String unusable;
  private boolean isClosed;

  private ChronicleEventLog(
      LogFolder folder,
      HighWater highWater,
      Beginning beginning,
      LogSettings settings,
      Disk disk,
      OpeningCheck.Found found) {
    this.folder = folder;
    this.highWater = highWater;
    this.settings = settings;
    this.disk = disk;
    this.segments = found.segments();
    this.retention = new Retention(folder, segments, disk, beginning);
    this.chain = found.chain();
    this.earlier = found.earlier();
    this.appended = found.end();
    this.durable = found.end();
    this.marked = highWater.found().position();
  }

  /// Whether the log in a folder, which need not be open, begins with its first entry. That it does
  /// not is known before anything is dropped.
  public static boolean isWhole(Path folder) {
    return !Files.exists(folder.resolve(LogFolder.BEGINNING));
  }

  /// Opens the log in a folder, or begins one. Reads all of it: about half a million entries a
  /// second.
  ///
  /// @param knownDurable the highest position that something outside the log (a projection, a
  ///     snapshot) has seen; [LogPosition#START] when nothing is known. A log that ends before is
  ///     refused
  /// @throws LogDamaged when the log is not what was written; nothing was changed
  /// @throws LogFailure when the folder cannot be used, or another broker has it open
  public static ChronicleEventLog open(
      Path folder, LogPosition knownDurable, LogSettings settings) {
    return open(folder, knownDurable, LogPosition.START, settings);
  }

  /// Opens the log for one who brings along the state of an earlier position: what lies in files
  /// before it is not read now, but by [#checkEarlier]. Everything is, when that found damage the
  /// last time, or when a file of those cannot be told from its first entry.
  ///
  /// @param needed a position up to which nothing is needed to go on, such as that of a snapshot
  public static ChronicleEventLog open(
      Path folder, LogPosition knownDurable, LogPosition needed, LogSettings settings) {
    return open(folder, knownDurable, needed, settings, Disk.REAL);
  }

  static ChronicleEventLog open(
      Path folder, LogPosition knownDurable, LogPosition needed, LogSettings settings, Disk disk) {
    List<Closeable> opened = new ArrayList<>();
    try {
      LogFolder locked = LogFolder.lock(folder, disk);
      opened.add(locked);
      Beginning.Found beginning = Beginning.read(locked.beginningFile());
      HighWater highWater = HighWater.open(locked, disk);
      opened.add(highWater);
      OpeningCheck.Found found =
          new OpeningCheck(
                  locked,
                  beginning.beginning(),
                  highWater.found(),
                  knownDurable.value(),
                  Files.exists(locked.checkAllFile()) ? 0 : needed.value())
              .run();
      ChronicleEventLog log =
          new ChronicleEventLog(locked, highWater, beginning.beginning(), settings, disk, found);
      log.adopt(found, beginning);
      return log;
    } catch (IOException failed) {
      LogFailure failure =
          new LogFailure(
              "Expected to open the log in '%s', but the disk refused: %s. Nothing was changed; see that the folder can be read and written, and start again."
                  .formatted(folder, failed),
              failed);
      closeAll(opened, failure);
      throw failure;
    } catch (LogDamaged | LogFailure refused) {
      closeAll(opened, refused);
      throw refused;
    }
  }

  /// Reads what the opening left for later, if it did and nobody has yet: each entry must be right,
  /// and lead to those that were read. Any thread; others wait meanwhile, and [#close] ends it.
  ///
  /// @throws LogDamaged when it is not what was written. The log must be closed, and the next
  ///     opening reads everything before it is used
  /// @throws LogFailure when the disk refuses
  public void checkEarlier() {
    synchronized (checking) {
      EarlierCheck check = earlier;
      if (check == null) {
        return;
      }
      try {
        if (check.run()) {
          earlier = null;
        }
      } catch (LogDamaged damaged) {
        rememberToCheckAll(damaged);
        throw damaged;
      } catch (IOException failed) {
        throw new LogFailure(
            "Expected to check the log in '%s', but the disk refused: %s. The log itself goes on; see that the folder can be read."
                .formatted(folder.path(), failed),
            failed);
      }
    }
  }

  private void rememberToCheckAll(LogDamaged damaged) {
    try {
      Files.write(folder.checkAllFile(), new byte[0]);
      disk.forceNames(folder.path(), 1);
    } catch (IOException failed) {
      damaged.addSuppressed(failed);
    }
  }

  /// Makes what was found durable before anybody reads it.
  private void adopt(OpeningCheck.Found found, Beginning.Found beginning) throws IOException {
    for (UnconfirmedBytes bytes : found.unconfirmed()) {
      bytes.makeDurable(disk);
    }
    if (!beginning.isWhole()) {
      LOG.warn(
          "One of the two copies in '{}' was damaged; it was written again from the other.",
          folder.beginningFile());
      beginning.beginning().write(folder.beginningFile(), disk);
    }
    retention.deleteLeftovers();
    if (found.earlier() == null) {
      Files.deleteIfExists(folder.checkAllFile());
    }
    if (found.droppedWhy() != null) {
      LOG.warn(
          "Dropped an incomplete end behind position {} of the log in '{}'; nobody was told about"
              + " it. {}",
          found.end(),
          folder.path(),
          found.droppedWhy());
    }
    mark();
  }

  @Override
  public LogPosition append(byte[] body) {
    if (body.length > settings.recordBytesMax()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a body of at most %,d bytes, but it has %,d. Nothing was appended; put large bytes into a blob and refer to it.",
              settings.recordBytesMax(),
              body.length));
    }
    expectUsable();
    try {
      long position = appended + 1;
      byte[] link = chain.after(position, body);
      write(new Envelope(position, durable, link, body), chain.link());
      chain.advance(link);
      appended = position;
      return new LogPosition(position);
    } catch (IOException | RuntimeException | InternalError failed) {
      throw fail("append position " + (appended + 1), failed);
    }
  }

  private void write(Envelope entry, byte[] chainBefore) throws IOException {
    if (writer == null) {
      writer = new ChronicleWriter(folder.nextOpening(), settings, disk);
    }
    long offset = writer.write(entry.header(), entry.body());
    if (current == null || !current.file().equals(writer.file())) {
      current = new Segment(writer.file(), entry.position(), offset, chainBefore);
      segments.add(current);
    }
    current.note(entry.position(), offset);
  }

  @Override
  public void sync() {
    expectUsable();
    if (writer == null || appended == durable) {
      return;
    }
    try {
      boolean hasNewFile = writer.sync();
      durable = appended;
      if (hasNewFile || System.nanoTime() - markedAtNanos >= NANOS_BETWEEN_MARKS) {
        mark();
      }
    } catch (IOException | RuntimeException | InternalError failed) {
      throw fail("sync up to position " + appended, failed);
    }
  }

  private void mark() throws IOException {
    if (durable > marked) {
      highWater.write(new HighWater.Mark(durable, chain.link()));
      marked = durable;
    }
    markedAtNanos = System.nanoTime();
  }

  @Override
  public LogPosition durable() {
    return new LogPosition(durable);
  }

  @Override
  public LogPosition first() {
    return new LogPosition(retention.first());
  }

  @Override
  public LogCursor read(LogPosition after) {
    expectKept(after.value() + 1);
    return new ChronicleCursor(segments, this::expectKept, () -> durable, after.value());
  }

  private void expectKept(long position) {
    long first = retention.first();
    if (position < first) {
      throw new LogDropped(
          "Expected to read the log in '%s' from position %d on, but it begins with position %d: older entries were dropped. Nothing was read; begin with a snapshot of position %d or later."
              .formatted(folder.path(), position, first, first - 1));
    }
  }

  @Override
  public void dropBefore(LogPosition keepFrom) {
    long last = durable;
    if (keepFrom.value() > last + 1) {
      throw new IllegalArgumentException(
          "Expected a position up to %d, one after the last durable entry, but it is %s. Nothing was dropped."
              .formatted(last + 1, keepFrom));
    }
    checkEarlier(); // nothing is dropped that may be damaged
    if (earlier != null) {
      return; // somebody closes the log
    }
    try {
      retention.dropBefore(Math.min(keepFrom.value(), last));
    } catch (IOException failed) {
      throw new LogFailure(
          "Expected to drop what lies before position %s in '%s', but the disk refused: %s. Nothing from there on was touched, and the log goes on; the next time drops the rest."
              .formatted(keepFrom, folder.path(), failed),
          failed);
    }
  }

  private void expectUsable() {
    if (unusable != null) {
      throw new LogFailure(unusable);
    }
  }

  private LogFailure fail(String what, Throwable failed) {
    unusable =
        "The log in '%s' cannot be used after a failure (%s). Close it and open it again."
            .formatted(folder.path(), failed);
    return new LogFailure(
        "Expected to %s in '%s', but the disk refused: %s. Nothing after position %d may be acknowledged. Look at the disk's room and health; close the log and open it again."
            .formatted(what, folder.path(), failed, durable),
        failed);
  }

  /// Closes the log; what was not synced may be lost. Closing twice does nothing.
  ///
  /// @throws LogFailure when the disk refuses; nothing acknowledged is lost
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    boolean marks = unusable == null && appended == durable;
    isClosed = true;
    EarlierCheck check = earlier;
    if (check != null) {
      check.stop();
    }
    unusable = "The log in '%s' is closed. Open it again.".formatted(folder.path());
    LogFailure failure =
        new LogFailure(
            "Expected to close the log in '%s', but the disk refused. Nothing acknowledged is lost."
                .formatted(folder.path()));
    List<Closeable> parts = new ArrayList<>(List.of(folder, highWater, retention));
    if (marks) {
      parts.add(this::mark);
    }
    if (writer != null) {
      parts.add(writer);
    }
    closeAll(parts, failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  /// Closes the last opened first, and all of them whatever happens.
  private static void closeAll(List<Closeable> opened, RuntimeException reason) {
    for (Closeable each : opened.reversed()) {
      try {
        each.close();
      } catch (IOException | RuntimeException alsoFailed) {
        reason.addSuppressed(alsoFailed);
      }
    }
  }
}
