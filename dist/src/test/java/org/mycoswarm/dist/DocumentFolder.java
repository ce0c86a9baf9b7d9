package org.mycoswarm.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder of documents that a test fills.
record DocumentFolder(Path path) {
  /// So many documents of some paragraphs each, no two alike, three chunks or so from each.
  static DocumentFolder of(Path path, int count) {
    DocumentFolder folder = new DocumentFolder(path);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("# Document " + i + "\n\n");
      for (int paragraph = 0; paragraph < 6; paragraph++) {
        text.append("Paragraph %d of document %d. ".formatted(paragraph, i))
            .append("The swarm reads it, cuts it into chunks and embeds each of them. ".repeat(6))
            .append("\n\n");
      }
      folder.with("part-%d/document-%d.md".formatted(i % 7, i), text.toString());
    }
    return folder;
  }

  DocumentFolder with(String name, String text) {
    return with(name, text.getBytes(StandardCharsets.UTF_8));
  }

  DocumentFolder with(String name, byte[] bytes) {
    Path file = path.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
