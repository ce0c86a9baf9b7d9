package org.mycoswarm.queue.log.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;

/// Blobs as files: `ab/abcd...` by the first two digits of the hash. A blob is written beside,
/// synced, and moved to its name in one step, so a name always stands for a whole blob.
/// Thread-safe; one process at a time.
public final class FileBlobStore implements BlobStore {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final String TEMPORARY = "tmp";

  private final Path folder;
  private final InstantSource clock;

  /// Putting reads, collecting writes: a blob must not be deleted between the moment somebody finds
  /// that it is here already and the moment its age is set back.
  private final ReadWriteLock collecting = new ReentrantReadWriteLock();

  private FileBlobStore(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /// Opens the store in a folder, or begins one, and removes what an earlier process had not
  /// finished. All 256 folders are made and synced here, so that no [#put] has to.
  ///
  /// @param clock tells how old a blob is when [#collect] asks
  public static FileBlobStore open(Path folder, InstantSource clock) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve(TEMPORARY));
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(temporary)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    for (int i = 0; i < 256; i++) {
      Files.createDirectories(folder.resolve(HexFormat.of().toHexDigits((byte) i)));
    }
    sync(folder);
    return new FileBlobStore(folder, clock);
  }

  @Override
  public StoredBlob put(InputStream bytes, long bytesMax) throws IOException {
    Path temporary = Files.createTempFile(folder.resolve(TEMPORARY), "put-", "");
    try {
      MessageDigest sha256 = VerifiedBlob.sha256();
      long size = copy(bytes, bytesMax, temporary, sha256);
      BlobHash hash = new BlobHash(HexFormat.of().formatHex(sha256.digest()));
      collecting.readLock().lock();
      try {
        return new StoredBlob(hash, size, keep(temporary, place(hash)));
      } finally {
        collecting.readLock().unlock();
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static long copy(InputStream bytes, long bytesMax, Path file, MessageDigest sha256)
      throws IOException {
    long size = 0;
    byte[] chunk = new byte[CHUNK_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
        size += read;
        if (size > bytesMax) {
          throw new BlobTooLarge(bytesMax);
        }
        sha256.update(chunk, 0, read);
        ByteBuffer rest = ByteBuffer.wrap(chunk, 0, read);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      channel.force(true);
    }
    return size;
  }

  /// The folder is synced also when the blob is here already: another put may have moved it here a
  /// moment ago and not have come to its own sync.
  ///
  /// @return whether it is new; a damaged file under the name counts as none, and is replaced
  private boolean keep(Path temporary, Path file) throws IOException {
    boolean isHere = Files.exists(file) && Files.mismatch(temporary, file) == -1;
    if (!isHere) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    sync(file.resolveSibling(""));
    return !isHere;
  }

  @Override
  public Optional<InputStream> open(BlobHash hash) throws IOException {
    Path file = place(hash);
    return Files.exists(file) ? Optional.of(new VerifiedBlob(file, hash)) : Optional.empty();
  }

  @Override
  public Optional<Long> size(BlobHash hash) {
    long bytes = place(hash).toFile().length();
    return bytes > 0 || Files.exists(place(hash)) ? Optional.of(bytes) : Optional.empty();
  }

  @Override
  public Optional<Path> file(BlobHash hash) {
    Path file = place(hash);
    return Files.exists(file) ? Optional.of(file) : Optional.empty();
  }

  @Override
  public boolean touch(BlobHash hash) throws IOException {
    collecting.readLock().lock();
    try {
      Path file = place(hash);
      if (!Files.exists(file)) {
        return false;
      }
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return true;
    } finally {
      collecting.readLock().unlock();
    }
  }

  @Override
  public int collect(Instant before, Predicate<BlobHash> referredTo) throws IOException {
    int deleted = 0;
    for (int i = 0; i < 256; i++) {
      Path fanOut = folder.resolve(HexFormat.of().toHexDigits((byte) i));
      try (DirectoryStream<Path> blobs = Files.newDirectoryStream(fanOut)) {
        for (Path blob : blobs) {
          deleted += deleteIfUnused(blob, before, referredTo) ? 1 : 0;
        }
      }
    }
    return deleted;
  }

  private boolean deleteIfUnused(Path blob, Instant before, Predicate<BlobHash> referredTo)
      throws IOException {
    if (!isOlder(blob, before) || referredTo.test(new BlobHash(blob.getFileName().toString()))) {
      return false;
    }
    collecting.writeLock().lock();
    try {
      if (!isOlder(blob, before)) {
        return false; // somebody put or touched it while we asked who refers to it
      }
      Files.delete(blob);
      return true;
    } finally {
      collecting.writeLock().unlock();
    }
  }

  private static boolean isOlder(Path blob, Instant before) throws IOException {
    return Files.getLastModifiedTime(blob).toInstant().isBefore(before);
  }

  private Path place(BlobHash hash) {
    return folder.resolve(hash.hex().substring(0, 2)).resolve(hash.hex());
  }

  /// Makes the names in a folder durable.
  private static void sync(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
