package org.mycoswarm.queue.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogTexts;

/// A log's folder as a test treats it: writes it, copies it as a crash would leave it, damages it.
record LogOnDisk(Path folder) {
  /// About ten entries a file, so that sixty make several files.
  static final LogSettings SETTINGS = new LogSettings(2_000, 1 << 10);

  static String text(int position) {
    return "entry %d ".formatted(position).repeat(14);
  }

  EventLog open() {
    return open(LogPosition.START);
  }

  EventLog open(LogPosition knownDurable) {
    return ChronicleEventLog.open(folder, knownDurable, SETTINGS);
  }

  /// Opens the log for one who needs only what comes after a position.
  ChronicleEventLog openFrom(int needed) {
    return ChronicleEventLog.open(folder, LogPosition.START, new LogPosition(needed), SETTINGS);
  }

  /// Opens the log, reads all of it, and closes it.
  List<String> texts() {
    try (EventLog log = open()) {
      return LogTexts.of(log);
    }
  }

  /// Appends entries up to this position, and syncs after every fifth.
  static void appendUpTo(EventLog log, int position) {
    for (int next = (int) log.durable().value() + 1; next <= position; next++) {
      log.append(text(next).getBytes(UTF_8));
      if (next % 5 == 0 || next == position) {
        log.sync();
      }
    }
  }

  /// What a crash at this moment would leave, in another folder.
  LogOnDisk copyTo(Path target) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.toList()) {
        Path copy = target.resolve(folder.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(each, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return new LogOnDisk(target);
  }

  List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
    }
  }

  List<Path> allFiles() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /// A file from the log's folder on.
  String name(Path file) {
    return folder.relativize(file).toString();
  }

  /// An entry on disk: from `offset` on four bytes of Chronicle's and then the envelope.
  record Place(Path file, long offset, int bytes) {}

  Place placeOf(int position) throws IOException, Unreadable {
    for (Path path : files()) {
      try (CycleFile file = CycleFile.open(path)) {
        for (var next = file.next(); next != null; next = file.next()) {
          if (Envelope.read(next.content()).position() == position) {
            return new Place(path, next.offset(), 4 + next.content().length);
          }
        }
      }
    }
    throw new IllegalStateException("Expected position %d in %s".formatted(position, folder));
  }

  Path highWater() {
    return folder.resolve("high-water");
  }

  /// Leaves the high-water file as it is before the first entry: it knows nothing.
  void forgetHighWater() throws IOException {
    Files.delete(highWater());
    Path accept = Files.createFile(folder.resolve("high-water-is-lost"));
    try (LogFolder locked = LogFolder.lock(folder, Disk.REAL);
        HighWater forgotten = HighWater.open(locked, Disk.REAL)) {
      if (forgotten.found().position() != 0 || Files.exists(accept)) {
        throw new IllegalStateException("Expected a new high-water file in " + folder);
      }
    }
  }

  static void change(Path file, long offset, int count, UnaryOperator<byte[]> change)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      channel.read(bytes, offset);
      channel.write(ByteBuffer.wrap(change.apply(bytes.array())), offset);
    }
  }

  static void flip(Path file, long offset) throws IOException {
    change(file, offset, 1, old -> new byte[] {(byte) (old[0] ^ 0x40)});
  }

  static void zero(Path file, long offset, int count) throws IOException {
    change(file, offset, count, old -> new byte[count]);
  }

  static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }
}
