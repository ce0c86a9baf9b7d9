package org.mycoswarm.broker.schedules;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says whether anything under a folder changed. The operating system tells; where it will not, as
/// it watches only so many folders, all names, sizes and times are compared now and then. Links are
/// not followed. One thread.
final class TreeWatch implements AutoCloseable {
  static final int FOLDERS_MAX = 8_192;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(TreeWatch.class);

  private final Path root;
  private final int foldersMax;
  private @Nullable WatchService service;
  private int folders;
  private long seen;
  private Instant lookedAt = Instant.EPOCH;

  /// @param foldersMax more are compared and not watched: others need watches, too
  /// @throws IOException when the folder cannot be read
  static TreeWatch open(Path root, int foldersMax, Instant now) throws IOException {
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw new NoSuchFileException(root.toString(), null, "it is no folder that can be read");
    }
    TreeWatch watch = new TreeWatch(root, foldersMax);
    watch.watch();
    watch.compare(now);
    return watch;
  }

  private TreeWatch(Path root, int foldersMax) {
    this.root = root;
    this.foldersMax = foldersMax;
  }

  /// Whether anything changed since this was asked last.
  ///
  /// @throws IOException when the folder cannot be read
  boolean changed(Instant now) throws IOException {
    WatchService watching = service;
    if (watching == null) {
      return !now.isBefore(lookedAt.plus(BETWEEN_LOOKS)) && compare(now);
    }
    boolean changed = false;
    for (WatchKey key = watching.poll(); key != null; key = watching.poll()) {
      changed |= !key.pollEvents().isEmpty();
      key.reset();
    }
    if (changed) {
      watch(); // there may be new folders; those that are watched already stay so
    }
    return changed;
  }

  boolean isTold() {
    return service != null;
  }

  @Override
  public void close() {
    WatchService watching = service;
    service = null;
    if (watching != null) {
      try {
        watching.close();
      } catch (IOException e) {
        LOG.warn("Folder '{}' is followed no more, but its watches did not close", root, e);
      }
    }
  }

  private void watch() {
    try {
      WatchService watching = service;
      if (watching == null) {
        watching = root.getFileSystem().newWatchService();
        service = watching;
      }
      folders = 0;
      register(watching);
    } catch (IOException e) {
      LOG.warn(
          "Folder '{}' cannot be watched ({}); it is looked through every {} s instead",
          root,
          e.getMessage(),
          BETWEEN_LOOKS.toSeconds());
      close();
    }
  }

  private void register(WatchService watching) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (++folders > foldersMax) {
              throw new IOException("it has more than %,d folders".formatted(foldersMax));
            }
            try {
              folder.register(watching, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
            } catch (AccessDeniedException | NoSuchFileException e) {
              return FileVisitResult.SKIP_SUBTREE; // not for us, or gone meanwhile
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // gone meanwhile, or not for us
          }
        });
  }

  private boolean compare(Instant now) throws IOException {
    lookedAt = now;
    if (service != null) {
      return false;
    }
    long[] sum = {0};
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
            long time = a.lastModifiedTime().toMillis();
            // Added, so that the order in which a folder is listed is the same to it.
            sum[0] += mixed(file.toString().hashCode() * 31L + a.size() * 1_000_003L + time);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    boolean changed = seen != sum[0];
    seen = sum[0];
    return changed;
  }

  private static long mixed(long x) {
    long y = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return y ^ (y >>> 31);
  }
}
