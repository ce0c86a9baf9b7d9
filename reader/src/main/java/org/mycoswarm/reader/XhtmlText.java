package org.mycoswarm.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Document.PageStart;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/// Turns the XHTML that every parser gives into a text with headings as `#` lines, list items as
/// `-` lines and table rows as lines, and notes where each page begins.
final class XhtmlText extends DefaultHandler {
  /// The most characters of a document: a book has one million.
  static final int CHARS_MAX = 32 << 20;

  private static final Set<String> PARAGRAPHS =
      Set.of("p", "div", "table", "ul", "ol", "dl", "dt", "dd", "pre", "blockquote", "section");

  private static final Set<String> UNSEEN = Set.of("head", "script", "style", "title");

  /// A page of a PDF, a slide of a presentation.
  private static final Set<String> PAGES = Set.of("page", "slide-content");

  private final StringBuilder text = new StringBuilder();
  private final List<PageStart> pages = new ArrayList<>();
  private int unseen;
  private boolean spaceDue;
  private int cells;
  private boolean cellDue;
  private int page;
  private boolean pageDue;
  private int countedUnits;
  private int countedCodePoints;
  private int headingStart = -1;
  private @Nullable String firstHeading;

  String text() {
    return text.toString().stripTrailing();
  }

  List<PageStart> pages() {
    return pages;
  }

  /// The first heading of the first level.
  @Nullable String firstHeading() {
    return firstHeading;
  }

  @Override
  public void startElement(String uri, String tag, String qName, Attributes attributes) {
    if (UNSEEN.contains(tag)) {
      unseen++;
    } else if (isHeading(tag)) {
      breakLines(2);
      startPage();
      text.append("#".repeat(tag.charAt(1) - '0')).append(' ');
      headingStart = text.length();
    } else if (tag.equals("li")) {
      breakLines(1);
      startPage();
      text.append("- ");
    } else if (tag.equals("tr") || tag.equals("br")) {
      breakLines(1);
    } else if (tag.equals("td") || tag.equals("th")) {
      cells++;
      cellDue = !atLineStart();
    } else if (PARAGRAPHS.contains(tag)) {
      if (tag.equals("div") && PAGES.contains(String.valueOf(attributes.getValue("class")))) {
        page++;
        pageDue = true;
      }
      paragraph();
    }
  }

  @Override
  public void endElement(String uri, String tag, String qName) {
    if (UNSEEN.contains(tag)) {
      unseen--;
    } else if (isHeading(tag)) {
      endHeading(tag.charAt(1) == '1');
      breakLines(2);
    } else if (tag.equals("td") || tag.equals("th")) {
      cells--;
    } else if (tag.equals("li") || tag.equals("tr")) {
      breakLines(1);
    } else if (PARAGRAPHS.contains(tag)) {
      paragraph();
    }
  }

  /// In a heading, a list item or a cell a paragraph is none.
  private void paragraph() {
    if (headingStart >= 0 || afterBullet() || cells > 0) {
      spaceDue = true;
    } else {
      breakLines(2);
    }
  }

  private void endHeading(boolean highest) {
    if (headingStart < 0) {
      return;
    }
    if (text.length() == headingStart) {
      text.setLength(text.lastIndexOf("\n") + 1);
    } else if (highest && firstHeading == null) {
      firstHeading = text.substring(headingStart);
    }
    headingStart = -1;
  }

  @Override
  public void ignorableWhitespace(char[] chars, int start, int length) {
    spaceDue = true;
  }

  @Override
  public void characters(char[] chars, int start, int length) throws TooMuchText {
    for (int i = start; unseen == 0 && i < start + length; i++) {
      char c = chars[i];
      if (blank(c)) {
        spaceDue = true;
      } else {
        append(c);
      }
    }
    if (text.length() > CHARS_MAX) {
      throw new TooMuchText(CHARS_MAX);
    }
  }

  private void append(char c) {
    if (cellDue) {
      text.append(" | ");
    } else if (spaceDue && !atLineStart()) {
      text.append(' ');
    }
    cellDue = false;
    spaceDue = false;
    startPage();
    text.append(c);
  }

  /// A page begins with its first word; an empty one with that of the next.
  private void startPage() {
    if (pageDue) {
      pageDue = false;
      countedCodePoints += text.codePointCount(countedUnits, text.length());
      countedUnits = text.length();
      pages.add(new PageStart(page, countedCodePoints));
    }
  }

  private void breakLines(int lines) {
    spaceDue = false;
    cellDue = false;
    int end = text.length();
    int have = 0;
    while (have < end && have < lines && text.charAt(end - 1 - have) == '\n') {
      have++;
    }
    if (end > 0) {
      text.append("\n".repeat(lines - have));
    }
  }

  private boolean atLineStart() {
    return text.isEmpty()
        || text.charAt(text.length() - 1) == '\n'
        || text.length() == headingStart
        || afterBullet();
  }

  private boolean afterBullet() {
    int end = text.length();
    return end >= 2
        && text.charAt(end - 1) == ' '
        && text.charAt(end - 2) == '-'
        && (end == 2 || text.charAt(end - 3) == '\n');
  }

  private static boolean isHeading(String tag) {
    return tag.length() == 2
        && tag.charAt(0) == 'h'
        && tag.charAt(1) >= '1'
        && tag.charAt(1) <= '6';
  }

  private static boolean blank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF' || c == '\u200B';
  }
}
