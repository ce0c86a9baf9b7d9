package org.mycoswarm.search;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.mycoswarm.evaluation.Judgements;
import org.mycoswarm.evaluation.Topic;

/// Documents, questions, and which document answers which question.
record LabelledCollection(
    String name, Map<String, String> texts, List<Topic> topics, Judgements judgements) {

  /// 1,400 abstracts in one file, questions numbered by their position.
  static LabelledCollection cranfield(Path folder) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String entry : entries(folder.resolve("cran.all.1400"))) {
      texts.put(
          entry.substring(0, entry.indexOf('\n')).strip(),
          part(entry, ".T\n", "\n.A\n") + "\n" + part(entry, "\n.W\n", null));
    }
    List<Topic> topics = new ArrayList<>();
    for (String entry : entries(folder.resolve("cran.qry"))) {
      topics.add(new Topic(String.valueOf(topics.size() + 1), part(entry, ".W\n", null)));
    }
    Map<String, Set<String>> relevant = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("cranqrel"))) {
      String[] parts = line.strip().split("\\s+", -1);
      if (Integer.parseInt(parts[2]) > 0) {
        relevant.computeIfAbsent(parts[0], topic -> new LinkedHashSet<>()).add(parts[1]);
      }
    }
    return new LabelledCollection("cranfield", texts, topics, new Judgements(relevant));
  }

  /// 3,204 pages in an archive.
  static LabelledCollection cacm(Path folder) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    tar(folder.resolve("cacm.tar.gz"))
        .forEach((name, page) -> texts.put(name.replace(".html", ""), titleAndText(page)));
    return new LabelledCollection(
        "cacm",
        texts,
        Topic.read(folder.resolve("topics.cacm.txt")),
        Judgements.read(folder.resolve("qrels.cacm.txt")));
  }

  private static String titleAndText(String page) {
    // What follows is which article cites which: numbers, no text.
    return page.replaceAll("</?(html|pre)>", "")
        .replaceAll("(?m)^\\d+\t\\d+\t\\d+\\s*$", "")
        .strip();
  }

  private static List<String> entries(Path file) throws IOException {
    String all =
        "\n" + Files.readString(file, StandardCharsets.ISO_8859_1).replaceAll(" *\r?\n", "\n");
    String[] entries = all.split("\n\\.I ");
    return List.of(entries).subList(1, entries.length);
  }

  private static String part(
      String entry, String from, @org.jspecify.annotations.Nullable String to) {
    int start = entry.indexOf(from) + from.length();
    int end = to == null ? entry.length() : entry.indexOf(to, start - 1);
    return entry.substring(start, Math.max(start, end)).strip();
  }

  private static Map<String, String> tar(Path file) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      byte[] header = in.readNBytes(512);
      while (header.length == 512 && header[0] != 0) {
        String name = new String(header, 0, 100, StandardCharsets.ISO_8859_1);
        int size =
            Integer.parseInt(new String(header, 124, 11, StandardCharsets.ISO_8859_1).strip(), 8);
        byte[] content = in.readNBytes(size);
        in.skipNBytes((512 - size % 512) % 512);
        files.put(
            name.substring(0, name.indexOf('\0')),
            new String(content, StandardCharsets.ISO_8859_1));
        header = in.readNBytes(512);
      }
    }
    return files;
  }
}
