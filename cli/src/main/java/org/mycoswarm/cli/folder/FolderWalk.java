package org.mycoswarm.cli.folder;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.Manifest.SkippedFile;

/// Finds the files of a folder, in the order of their paths. Never leaves the folder: symbolic
/// links are not followed, except when the folder itself was named by one. What is left out is
/// named with the reason.
///
/// @param folder without links
/// @param files relative to the folder
public record FolderWalk(Path folder, List<Path> files, List<SkippedFile> skipped) {

  public static FolderWalk of(Path folder) throws IOException {
    Path root = folder.toRealPath();
    List<Path> files = new ArrayList<>();
    List<SkippedFile> skipped = new ArrayList<>();
    Files.walkFileTree(root, new Visitor(root, files, skipped));
    files.sort(Comparator.comparing(FolderWalk::name));
    skipped.sort(Comparator.comparing(SkippedFile::path));
    return new FolderWalk(root, List.copyOf(files), List.copyOf(skipped));
  }

  /// A relative path as the manifest has it: `/` between names, on every system.
  static String name(Path relative) {
    StringBuilder name = new StringBuilder();
    relative.forEach(part -> name.append(name.isEmpty() ? "" : "/").append(part));
    return name.toString();
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final List<Path> files;
    private final List<SkippedFile> skipped;

    Visitor(Path folder, List<Path> files, List<SkippedFile> skipped) {
      this.folder = folder;
      this.files = files;
      this.skipped = skipped;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (!directory.equals(folder) && hidden(directory)) {
        skip(directory, "hidden folder");
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isSymbolicLink()) {
        skip(file, "symbolic link; links are not followed");
      } else if (!attributes.isRegularFile()) {
        skip(file, "not a file (a pipe, socket or device)");
      } else if (hidden(file)) {
        skip(file, "hidden file");
      } else {
        files.add(folder.relativize(file));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      skip(file, Reasons.unreadable(failure));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
      if (failure != null) {
        skip(directory, Reasons.unreadable(failure));
      }
      return FileVisitResult.CONTINUE;
    }

    private void skip(Path path, String reason) {
      skipped.add(new SkippedFile(name(folder.relativize(path)), reason));
    }

    private static boolean hidden(Path path) {
      return path.getFileName() != null && path.getFileName().toString().startsWith(".");
    }
  }
}
