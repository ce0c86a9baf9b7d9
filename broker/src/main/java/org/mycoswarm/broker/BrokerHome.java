package org.mycoswarm.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;

/// The folder a broker keeps everything in. What others must not read is readable by its owner
/// alone.
final class BrokerHome {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32

  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  /// @throws IOException when the folder cannot be made
  BrokerHome(Path folder) throws IOException {
    this.folder = folder.toAbsolutePath().normalize();
    Files.createDirectories(this.folder);
    ownerOnly(this.folder, "rwx------");
  }

  /// Keeps other brokers out until it is closed. Comes before anything in the home is opened: a
  /// second broker would take tables that are in use for broken ones, and set them aside.
  ///
  /// @throws IOException when another broker has the home
  AutoCloseable lock() throws IOException {
    return tryLock()
        .orElseThrow(
            () ->
                new IOException(
                    "Expected to be the only broker with the home '%s', but another one uses it; nothing was changed. Stop that one, or give this one another folder with --home."
                        .formatted(folder)));
  }

  /// @return empty when a broker has the home
  Optional<FileChannel> tryLock() throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(file)) {
      file.close();
      return Optional.empty();
    }
    return Optional.of(file);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by this process
    }
  }

  Path folder() {
    return folder;
  }

  Path log() {
    return folder.resolve("log");
  }

  Path blobs() {
    return folder.resolve("blobs");
  }

  Path snapshots() {
    return folder.resolve("snapshots");
  }

  /// The indexes of collections.
  Path collections() {
    return folder.resolve("collections");
  }

  /// A folder for files that mean nothing after this process; each name is used by one at a time.
  Path scratch(String name) {
    return folder.resolve("scratch").resolve(name);
  }

  /// Where archives lie while they are unpacked; what an earlier process left there is deleted.
  Path unpacking() throws IOException {
    return emptied("unpacking");
  }

  /// A folder for what is not complete yet; what an earlier process left there is deleted.
  Path emptied(String name) throws IOException {
    Path emptied = Files.createDirectories(folder.resolve(name));
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(emptied)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    return emptied;
  }

  Path tables() {
    return folder.resolve("db");
  }

  /// What the broker is called for as long as it keeps its home: 12 letters and digits.
  String brokerId() throws IOException {
    return readOrMake("broker-id", 12);
  }

  /// The secret that `--lan` asks of every caller: 160 bits.
  String token() throws IOException {
    return readOrMake("token", 32);
  }

  /// A new name for this start of the broker.
  String incarnation() {
    return digits(12);
  }

  /// Tells programs of this machine where the broker is. Written last, when it serves.
  void announce(String json) throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    write(run.resolve("broker.json"), json);
  }

  void withdraw() throws IOException {
    Files.deleteIfExists(folder.resolve("run").resolve("broker.json"));
  }

  private String readOrMake(String name, int digits) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      write(file, digits(digits) + "\n");
    }
    String found = Files.readString(file).strip();
    if (found.length() < digits || !found.chars().allMatch(c -> DIGITS.indexOf(c) >= 0)) {
      throw new IOException(
          "Expected %d or more letters and digits in '%s', but it holds something else; the broker does not start. Put back what was there, or delete the file to get a new one"
              .formatted(digits, file));
    }
    return found;
  }

  private String digits(int count) {
    StringBuilder text = new StringBuilder(count);
    random.ints(count, 0, DIGITS.length()).forEach(i -> text.append(DIGITS.charAt(i)));
    return text.toString();
  }

  /// Writes a file that is there whole or not at all, and is its owner's alone from the start.
  private static void write(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(next);
    ownerOnly(next, "rw-------");
    Files.writeString(next, text, UTF_8, StandardOpenOption.SYNC);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void ownerOnly(Path path, String permissions) throws IOException {
    PosixFileAttributeView posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (posix != null) {
      posix.setPermissions(PosixFilePermissions.fromString(permissions));
    }
  }
}
