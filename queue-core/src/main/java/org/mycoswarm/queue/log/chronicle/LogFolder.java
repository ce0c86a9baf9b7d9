package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mycoswarm.queue.log.LogFailure;

/// The folder of one log, held by one process at a time.
///
/// ```
/// LOCK                        held while the log is open
/// high-water                  the highest position known to be durable
/// check-all                   damage was found while the log was open: the next opening reads all
/// beginning                   where the log begins, once older files were dropped
/// opening-00000001/           what the first process wrote; one folder for each opening
///   19700102F.cq4             segment 1 of it (Chronicle names files by days; ours count from 1)
///   metadata.cq4t             Chronicle's own table
/// ```
///
/// Each opening writes into a folder of its own, so Chronicle never meets a file that an earlier
/// process left: it would wait for that process' lock (for ever, when the new process has the same
/// number, as in a container), put marks into a torn file, or replace one whose first page is gone.
final class LogFolder implements Closeable {
  static final String BEGINNING = "beginning";
  private static final String OPENING = "opening-";

  /// The folders that this process holds. Asking the kernel would not do: it takes a process' lock
  /// away as soon as the process closes any handle of the file, also one that was refused.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path held;
  private final FileChannel lockFile;

  private LogFolder(Path folder, Path held, FileChannel lockFile) {
    this.folder = folder;
    this.held = held;
    this.lockFile = lockFile;
  }

  /// @throws LogFailure when another process, or this one, has the log open
  static LogFolder lock(Path folder, Disk disk) throws IOException {
    boolean isNew = !Files.isDirectory(folder);
    Files.createDirectories(folder);
    Path held = folder.toRealPath();
    if (!HELD_HERE.add(held)) {
      throw openAlready(folder);
    }
    try {
      if (isNew) {
        disk.forceNames(folder, 2);
      }
      return new LogFolder(folder, held, lockedFile(folder));
    } catch (IOException | RuntimeException refused) {
      HELD_HERE.remove(held);
      throw refused;
    }
  }

  private static FileChannel lockedFile(Path folder) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      file.close();
      throw openAlready(folder);
    }
    return file;
  }

  private static LogFailure openAlready(Path folder) {
    return new LogFailure(
        ("Expected to be the only one who opens the log in '%s', but it is open already. Nothing was"
                + " changed. Stop the broker that uses it, or give this one another folder.")
            .formatted(folder));
  }

  Path path() {
    return folder;
  }

  Path highWaterFile() {
    return folder.resolve("high-water");
  }

  Path beginningFile() {
    return folder.resolve(BEGINNING);
  }

  Path highWaterIsLostFile() {
    return folder.resolve("high-water-is-lost");
  }

  Path checkAllFile() {
    return folder.resolve("check-all");
  }

  /// Whether nothing was ever written to this log.
  boolean isEmpty() throws IOException {
    return !Files.exists(beginningFile()) && list(folder, OPENING + "*").isEmpty();
  }

  /// The files of all openings, oldest first.
  ///
  /// @param from leaves out those before this one, by its [#name]; empty for all
  List<Path> segmentFiles(String from) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path opening : list(folder, OPENING + "*")) {
      files.addAll(list(opening, "*.cq4"));
    }
    files.removeIf(file -> name(file).compareTo(from) < 0);
    return files;
  }

  /// Deletes every file of the log that is older than this one, and the folders this leaves empty.
  ///
  /// @return whether there was anything to delete
  boolean deleteBefore(String from) throws IOException {
    boolean hasDeleted = false;
    String keptOpening = Path.of(from).getName(0).toString();
    for (Path opening : list(folder, OPENING + "*")) {
      int order = name(opening).compareTo(keptOpening);
      for (Path file : list(opening, order < 0 ? "*" : "*.cq4")) {
        if (name(file).compareTo(from) < 0) {
          Files.delete(file);
          hasDeleted = true;
        }
      }
      if (order < 0) {
        Files.delete(opening);
        hasDeleted = true;
      }
    }
    return hasDeleted;
  }

  /// The folder for what this process will write. It is not made before there is something.
  Path nextOpening() throws IOException {
    List<Path> openings = list(folder, OPENING + "*");
    int last =
        openings.isEmpty()
            ? 0
            : Integer.parseInt(
                openings.getLast().getFileName().toString().substring(OPENING.length()));
    return folder.resolve(OPENING + "%08d".formatted(last + 1));
  }

  /// A path as messages name it: from the log's folder on.
  String name(Path file) {
    return folder.relativize(file).toString();
  }

  private static List<Path> list(Path folder, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    }
    found.sort(null);
    return found;
  }

  /// Gives the lock back; the file stays, because removing it would let two processes lock two
  /// different files of that name.
  @Override
  public void close() throws IOException {
    lockFile.close();
    HELD_HERE.remove(held);
  }
}
