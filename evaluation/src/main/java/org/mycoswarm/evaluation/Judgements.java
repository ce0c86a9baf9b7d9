package org.mycoswarm.evaluation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Which documents answer which topic.
///
/// @param relevant for each topic's id the documents that answer it, at least one
public record Judgements(Map<String, Set<String>> relevant) {

  /// Reads TREC judgements: a line `topic iteration document relevance` each; 1 and more is
  /// relevant.
  ///
  /// @throws IOException if it cannot be read, or a line is another
  public static Judgements read(Path file) throws IOException {
    Map<String, Set<String>> relevant = new LinkedHashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          add(file, number, line.strip().split("\\s+", -1), relevant);
        }
      }
    }
    return new Judgements(relevant);
  }

  private static void add(Path file, int number, String[] parts, Map<String, Set<String>> relevant)
      throws IOException {
    if (parts.length != 4 || !parts[3].matches("-?\\d{1,9}")) {
      throw new IOException(
          "Expected 'topic iteration document relevance' in line %d of '%s', but it has %d parts: '%s'; nothing was measured"
              .formatted(number, file, parts.length, String.join(" ", parts)));
    }
    if (Integer.parseInt(parts[3]) > 0) {
      relevant.computeIfAbsent(parts[0], topic -> new LinkedHashSet<>()).add(parts[2]);
    }
  }
}
