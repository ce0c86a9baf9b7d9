package org.mycoswarm.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the pieces of a text by what its lines say: headings, fenced code, list items, paragraphs
/// between blank lines, and sentences in them. Linear, one pass over the lines.
final class Structure {
  private static final Pattern HEADING = Pattern.compile(" {0,3}#{1,6}([ \\t].*)?");
  private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \\t]*");
  private static final Pattern HASHES = Pattern.compile("\\A#{1,6}|[ \\t]#+\\z");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(```+|~~~+).*", Pattern.DOTALL);
  private static final Pattern ITEM = Pattern.compile("[ \\t]*([-*+\u2022]|\\d{1,9}[.)])[ \\t].*");
  private static final Pattern ROW = Pattern.compile("[ \\t]*\\|.*");

  private static final String RULE = "---";

  /// A line's first characters tell what it is: a line may be as long as the file.
  private static final int LINE_HEAD = 120;

  /// Of these each line means something.
  private static final Set<String> BY_LINE =
      Set.of("text/csv", "application/json", "application/xml", MediaTypes.SOURCE);

  /// In these a `#` is a character like any other.
  private static final Set<String> PLAIN = Set.of(MediaTypes.PLAIN, "application/pdf");

  private final String text;
  private final boolean markedUp;
  private final boolean byLine;
  private final List<Piece> pieces = new ArrayList<>();
  private int block;

  /// Where the paragraph or list item began that is being read; -1 between them.
  private int openStart = -1;

  private int openEnd;

  /// The mark that ends the code, or the front matter, that is being read; empty outside.
  private String fence;

  private @Nullable Section section;

  private Structure(Document document) {
    this.text = document.text();
    this.byLine = BY_LINE.contains(document.mediaType());
    this.markedUp = !byLine && !PLAIN.contains(document.mediaType());
    this.fence = document.mediaType().equals(MediaTypes.MARKDOWN) && frontMatter() ? RULE : "";
  }

  /// In order, not overlapping; every character that is not white space is in one of them.
  static List<Piece> of(Document document) {
    return new Structure(document).read();
  }

  private List<Piece> read() {
    int start = 0;
    if (!fence.isEmpty()) {
      start = text.indexOf('\n') + 1;
      add(0, start, false);
    }
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      line(start, end);
      start = end + 1;
    }
    close();
    return pieces;
  }

  private void line(int start, int end) {
    String head = text.substring(start, Math.min(end, start + LINE_HEAD)).stripTrailing();
    if (!fence.isEmpty()) {
      add(start, end, false);
      if (head.strip().equals(fence)) {
        fence = "";
        block++;
      }
    } else if (blank(start, end)) {
      close();
      block++;
    } else if (byLine) {
      add(start, end, false);
    } else if (!markedUp || !markup(head, start, end)) {
      words(head, start, end);
    }
  }

  /// True if the line is a heading, a fence or a row of a table, and has been dealt with.
  private boolean markup(String head, int start, int end) {
    if (HEADING.matcher(head).matches()) {
      close();
      heading(start, end, runLength(head.strip()));
    } else if (openStart >= 0 && end - openStart < 200 && UNDERLINE.matcher(head).matches()) {
      int title = openStart;
      openStart = -1;
      heading(title, openEnd, end, head.strip().startsWith("=") ? 1 : 2);
    } else if (FENCE.matcher(head).matches()) {
      close();
      block++;
      String mark = head.strip();
      fence = mark.substring(0, runLength(mark));
      add(start, end, false);
    } else if (ROW.matcher(head).matches()) {
      close();
      add(start, end, false);
    } else {
      return false;
    }
    return true;
  }

  private void words(String head, int start, int end) {
    if (ITEM.matcher(head).matches()) {
      close();
    }
    if (openStart < 0) {
      openStart = start;
    }
    openEnd = end;
  }

  private void heading(int start, int end, int level) {
    heading(start, end, end, level);
  }

  /// @param wordsEnd before the line that underlines it, if there is one
  private void heading(int start, int wordsEnd, int end, int level) {
    block++;
    String title = title(text.substring(start, wordsEnd));
    if (!title.isEmpty()) {
      section = Section.opened(section, level, title);
    }
    add(start, end, true);
  }

  private static String title(String line) {
    return SPACE.matcher(HASHES.matcher(line.strip()).replaceAll("")).replaceAll(" ").strip();
  }

  /// Ends the open paragraph or list item and cuts it into sentences.
  private void close() {
    if (openStart < 0) {
      return;
    }
    int from = openStart;
    openStart = -1;
    while (from < openEnd) {
      if (Blank.is(text.charAt(from))) {
        from++;
      } else {
        int end = Sentences.end(text, from, openEnd);
        add(from, end, false);
        from = end;
      }
    }
  }

  private void add(int from, int to, boolean heading) {
    int start = from;
    int end = to;
    while (start < end && Blank.is(text.charAt(start))) {
      start++;
    }
    while (end > start && Blank.is(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      pieces.add(new Piece(start, end, block, heading, section, 0));
    }
  }

  /// Whether the text begins with a block of settings between two lines of `---`.
  private boolean frontMatter() {
    int end = text.indexOf('\n');
    return end >= 0
        && text.substring(0, Math.min(end, LINE_HEAD)).stripTrailing().equals(RULE)
        && (text.indexOf("\n---\n", end) >= 0 || text.indexOf("\n---\r\n", end) >= 0);
  }

  private boolean blank(int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Blank.is(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static int runLength(String mark) {
    int length = 0;
    while (length < mark.length() && mark.charAt(length) == mark.charAt(0)) {
      length++;
    }
    return length;
  }
}
