package org.mycoswarm.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Notices that the model folder or the override file has changed. One thread at a time.
final class CapabilityWatch {
  private static final int DEPTH = 2;

  private final List<Path> roots;
  private Map<String, String> seen;

  CapabilityWatch(Path... roots) {
    this.roots = List.of(roots);
    this.seen = look();
  }

  boolean changed() {
    Map<String, String> now = look();
    boolean changed = !now.equals(seen);
    seen = now;
    return changed;
  }

  private Map<String, String> look() {
    Map<String, String> files = new TreeMap<>();
    for (Path root : roots) {
      try (Stream<Path> below = Files.walk(root, DEPTH)) {
        below.forEach(file -> files.put(file.toString(), stamp(file)));
      } catch (IOException | UncheckedIOException e) {
        files.put(root.toString(), "absent");
      }
    }
    return files;
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      // A folder changes with what is in it, which is listed itself.
      return found.isDirectory() ? "folder" : found.size() + " " + found.lastModifiedTime();
    } catch (IOException e) {
      return "gone";
    }
  }
}
