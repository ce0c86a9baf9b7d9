package org.mycoswarm.queue.log.json;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// What lies in a folder of golden files, which is a folder or a part of a jar.
final class GoldenFolder {
  private GoldenFolder() {}

  static List<String> names(String folder) throws IOException, URISyntaxException {
    URI place = Objects.requireNonNull(GoldenFolder.class.getResource(folder)).toURI();
    if (!place.getScheme().equals("jar")) {
      return names(Path.of(place));
    }
    try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
      return names(jar.getPath(folder));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
