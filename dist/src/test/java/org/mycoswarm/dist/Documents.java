package org.mycoswarm.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Folders of documents for tests.
public final class Documents {
  private Documents() {}

  /// Three documents about different things, one file that is none, one hidden one.
  public static Path few(Path folder) {
    write(
        folder.resolve("garden/compost.md"),
        "# Compost\n\nTurn the heap every two weeks. Worms do the rest of the work.\n");
    write(
        folder.resolve("house/heating.txt"),
        "The heating is serviced every October by the plumber from the village.\n");
    write(
        folder.resolve("boat.html"),
        "<html><body><h1>The boat</h1><p>The mast is taken down before winter.</p></body></html>");
    write(folder.resolve("photo.bin"), "\u0000\u0001\u0002\u0000\u0000\u0003");
    write(folder.resolve(".hidden"), "nobody reads this");
    return folder;
  }

  /// So many documents of some paragraphs each.
  public static Path many(Path folder, int count) {
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("# Document " + i + "\n\n");
      for (int paragraph = 0; paragraph < 6; paragraph++) {
        text.append("Paragraph %d of document %d. ".formatted(paragraph, i))
            .append("The swarm reads it, cuts it into chunks and embeds each of them. ".repeat(6))
            .append("\n\n");
      }
      write(folder.resolve("part-%d/document-%d.md".formatted(i % 7, i)), text.toString());
    }
    return folder;
  }

  public static void write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
