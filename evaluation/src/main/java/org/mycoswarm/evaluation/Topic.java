package org.mycoswarm.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A question of a test collection.
///
/// @param id what the judgements call it
public record Topic(String id, String text) {
  private static final Pattern CLASSIC =
      Pattern.compile("<top>(.*?)</top>", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER =
      Pattern.compile("<num>\\s*(?:Number:)?\\s*(\\S+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern TITLE =
      Pattern.compile(
          "<title>\\s*(?:Topic:)?(.*?)(?=<[a-z]+>|$)", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  private static final Pattern DOCUMENT =
      Pattern.compile(
          "<DOC>\\s*<DOCNO>\\s*(\\S+)\\s*</DOCNO>(.*?)</DOC>",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  /// Reads TREC topics: `<top> <num> <title>` (the title is the question), or `<DOC> <DOCNO>` and
  /// the question.
  ///
  /// @throws IOException if it cannot be read, or holds no topic
  public static List<Topic> read(Path file) throws IOException {
    String all = Files.readString(file);
    List<Topic> topics = new ArrayList<>();
    Matcher document = DOCUMENT.matcher(all);
    while (document.find()) {
      topics.add(new Topic(document.group(1), inOneLine(document.group(2))));
    }
    Matcher classic = CLASSIC.matcher(all);
    while (classic.find()) {
      Matcher number = NUMBER.matcher(classic.group(1));
      Matcher title = TITLE.matcher(classic.group(1));
      if (number.find() && title.find()) {
        topics.add(new Topic(number.group(1), inOneLine(title.group(1))));
      }
    }
    if (topics.isEmpty()) {
      throw new IOException(
          "Expected TREC topics in '%s' (<top><num>.. or <DOC><DOCNO>..), but there is none; nothing was measured"
              .formatted(file));
    }
    return topics;
  }

  private static String inOneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
