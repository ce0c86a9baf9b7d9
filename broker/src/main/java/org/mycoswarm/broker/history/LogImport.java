package org.mycoswarm.broker.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.Replay.Replayed;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.json.JsonEventCodec;

/// Makes a log of a file of [LogLines]. All of the file is read, decoded and applied before
/// anything is written, and the log gets its name only when it is whole; so what goes wrong leaves
/// nothing behind.
public final class LogImport {
  private static final int RECORDS_AT_ONCE = 200;

  private final JsonEventCodec codec = new JsonEventCodec();
  private final Limits limits;

  public LogImport(Limits limits) {
    this.limits = limits;
  }

  /// @param entries that were imported
  /// @param hash of the state after them
  public record Imported(long entries, String hash) {}

  private interface EachLine {
    void take(LogRecord record, LogEntry entry);
  }

  /// @param folder where the log will be; it is not there yet
  /// @throws IllegalArgumentException when a line is not what follows those before it
  public Imported into(Path folder, Path file) throws IOException {
    QueueState state = new QueueState(limits);
    long entries = forEachLine(file, (record, entry) -> apply(state, entry));
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".importing");
    delete(unfinished);
    Replayed written = write(file, unfinished);
    if (!written.state().hash().equals(state.hash())) {
      delete(unfinished);
      throw new LogDamaged(
          "Expected the log that was written to give the state of '%s', but it does not; nothing was imported. Did the file change meanwhile?"
              .formatted(file));
    }
    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    return new Imported(entries, state.hash());
  }

  private Replayed write(Path file, Path folder) throws IOException {
    try {
      try (OfflineLog log = open(folder)) {
        List<LogRecord> some = new ArrayList<>();
        forEachLine(
            file,
            (record, entry) -> {
              byte[] body = codec.encode(entry.at(), entry.cause(), entry.events());
              some.add(new LogRecord(record.position(), body));
              if (some.size() == RECORDS_AT_ONCE) {
                log.append(some);
                some.clear();
              }
            });
        log.append(some);
      }
      try (OfflineLog log = open(folder)) {
        return log.replay(log.last());
      }
    } catch (LogFailure | IllegalArgumentException | IOException e) {
      delete(folder);
      throw e;
    }
  }

  /// It begins with its first entry, and so needs no snapshots.
  private OfflineLog open(Path folder) {
    return new OfflineLog(folder, folder.resolveSibling("snapshots"), limits);
  }

  private static void apply(QueueState state, LogEntry entry) {
    entry.events().forEach(event -> state.apply(event, entry.at()));
  }

  private long forEachLine(Path file, EachLine each) throws IOException {
    LogPosition last = LogPosition.START;
    try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line, last.next(), file, each);
        last = last.next();
      }
    }
    return last.value();
  }

  private void take(String line, LogPosition position, Path file, EachLine each) {
    try {
      LogRecord record = LogLines.read(line);
      if (!record.position().equals(position)) {
        throw new IllegalArgumentException("it is entry " + record.position());
      }
      each.take(record, codec.decode(record));
    } catch (IllegalArgumentException | IllegalStateException | LogDamaged e) {
      throw new IllegalArgumentException(
          "Expected line %s of '%s' to be entry %s of a log and to follow those before it, but %s; nothing was imported"
              .formatted(position, file, position, e.getMessage()),
          e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
