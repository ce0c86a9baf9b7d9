package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.FolderListing.LeftOut;

/// Walks a folder and finds the hash of each of its files. A file whose size, time and identity are
/// as they were is not read again, unless it changed so shortly before it was looked at that a
/// later change might bear the same time (as in Git's index).
///
/// Hidden files and folders are left out, symbolic links are not followed, and each is named with
/// the reason.
final class FolderScan {
  /// The coarsest clock of a file system that is in use: FAT's.
  private static final Duration TOO_FRESH = Duration.ofSeconds(2);

  private final Path folder;
  private final Map<String, FolderFile> known;
  private final Instant knownAt;
  private final long bytesMax;
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final TreeMap<String, BasicFileAttributes> found = new TreeMap<>();

  /// @param known the files of the walk before by their paths; empty to read every file
  /// @param knownAt when that walk began
  /// @param bytesMax larger files are left out
  FolderScan(Path folder, Map<String, FolderFile> known, Instant knownAt, long bytesMax) {
    this.folder = folder;
    this.known = known;
    this.knownAt = knownAt;
    this.bytesMax = bytesMax;
  }

  /// @throws IOException when the folder itself cannot be read
  /// @throws InterruptedException when the broker stops
  FolderListing scan(RunPause pause) throws IOException, InterruptedException {
    Instant at = Instant.now();
    Path root = folder.toRealPath();
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw new IOException("it cannot be listed");
    }
    Files.walkFileTree(root, new Visitor(root));
    List<FolderFile> files = new ArrayList<>(found.size());
    for (Map.Entry<String, BasicFileAttributes> file : found.entrySet()) {
      pause.await(Duration.ZERO);
      look(root, file.getKey(), file.getValue(), files);
    }
    leftOut.sort(Comparator.comparing(LeftOut::path));
    return new FolderListing(at, files, List.copyOf(leftOut));
  }

  private void look(
      Path root, String path, BasicFileAttributes attributes, List<FolderFile> files) {
    if (attributes.size() > bytesMax) {
      leftOut.add(
          new LeftOut(
              path,
              "it has %,d bytes, and at most %,d are taken".formatted(attributes.size(), bytesMax),
              false));
      return;
    }
    Instant modified = attributes.lastModifiedTime().toInstant();
    String key = Objects.toString(attributes.fileKey(), null);
    String sha256 = knownHash(path, attributes.size(), modified, key);
    try {
      if (sha256 == null) {
        sha256 = Sha256.of(root.resolve(path));
      }
      files.add(new FolderFile(path, sha256, attributes.size(), modified, key));
    } catch (NoSuchFileException _) {
      // It went away since the walk: as if it had gone before.
    } catch (IOException e) {
      leftOut.add(new LeftOut(path, unreadable(e), true));
    }
  }

  private @Nullable String knownHash(
      String path, long bytes, Instant modified, @Nullable String key) {
    FolderFile before = known.get(path);
    if (before == null || !modified.isBefore(knownAt.minus(TOO_FRESH))) {
      return null;
    }
    boolean same =
        before.bytes() == bytes
            && modified.equals(before.modified())
            && Objects.equals(key, before.key());
    return same ? before.sha256() : null;
  }

  private static String unreadable(IOException e) {
    return e instanceof AccessDeniedException
        ? "the broker may not read it"
        : "it cannot be read (%s)".formatted(e.getMessage());
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;

    Visitor(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (!directory.equals(root) && hidden(directory)) {
        leave(directory, "hidden folder", false);
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isSymbolicLink()) {
        leave(file, "symbolic link; links are not followed", false);
      } else if (!attributes.isRegularFile()) {
        leave(file, "not a file (a pipe, socket or device)", false);
      } else if (hidden(file)) {
        leave(file, "hidden file", false);
      } else {
        found.put(name(file), attributes);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      if (!(failure instanceof NoSuchFileException)) {
        leave(file, unreadable(failure), true);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
      if (failure != null) {
        leave(directory, unreadable(failure), true);
      }
      return FileVisitResult.CONTINUE;
    }

    private void leave(Path path, String reason, boolean unreadable) {
      leftOut.add(new LeftOut(name(path), reason, unreadable));
    }

    private String name(Path path) {
      StringBuilder name = new StringBuilder();
      root.relativize(path).forEach(part -> name.append(name.isEmpty() ? "" : "/").append(part));
      return name.toString();
    }

    private static boolean hidden(Path path) {
      return path.getFileName() != null && path.getFileName().toString().startsWith(".");
    }
  }
}
