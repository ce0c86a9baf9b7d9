package org.mycoswarm.inference;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/// What a reader sees of an HTML page, as Markdown-like text, so that the chunker finds headings,
/// lists and code in it the same way. Iterative: deep nesting does not overflow the stack.
final class HtmlText implements NodeVisitor {
  private static final Set<String> UNSEEN =
      Set.of("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head");

  private static final Set<String> PARAGRAPHS =
      Set.of(
          "address",
          "article",
          "aside",
          "blockquote",
          "body",
          "dd",
          "details",
          "div",
          "dl",
          "dt",
          "fieldset",
          "figcaption",
          "figure",
          "footer",
          "form",
          "header",
          "hr",
          "main",
          "nav",
          "ol",
          "p",
          "pre",
          "section",
          "summary",
          "table",
          "ul");

  private final StringBuilder text = new StringBuilder();
  private int unseen;
  private int pre;
  private boolean spaceDue;

  private HtmlText() {}

  static String of(String html) {
    Document page = Jsoup.parse(html);
    HtmlText visitor = new HtmlText();
    if (page.selectFirst("h1") == null && !page.title().isBlank()) {
      visitor.text.append("# ").append(page.title()).append("\n\n");
    }
    page.body().traverse(visitor);
    return WellFormed.of(visitor.text.toString().stripTrailing());
  }

  @Override
  public void head(Node node, int depth) {
    if (node instanceof TextNode words) {
      if (unseen == 0) {
        append(words.getWholeText());
      }
    } else if (node instanceof Element element) {
      open(element.normalName());
    }
  }

  private void open(String tag) {
    if (UNSEEN.contains(tag)) {
      unseen++;
    } else if (unseen == 0) {
      if (heading(tag)) {
        breakLines(2);
        text.append("#".repeat(tag.charAt(1) - '0')).append(' ');
      } else if (tag.equals("pre")) {
        breakLines(2);
        text.append("```\n");
        pre++;
      } else if (tag.equals("li")) {
        breakLines(1);
        text.append("- ");
      } else if (tag.equals("tr") || tag.equals("br")) {
        breakLines(1);
      } else if (tag.equals("td") || tag.equals("th")) {
        spaceDue = true;
      } else if (PARAGRAPHS.contains(tag) && !afterBullet()) {
        breakLines(2);
      }
    }
  }

  @Override
  public void tail(Node node, int depth) {
    if (!(node instanceof Element element)) {
      return;
    }
    String tag = element.normalName();
    if (UNSEEN.contains(tag)) {
      unseen--;
    } else if (unseen == 0) {
      if (tag.equals("pre")) {
        pre--;
        breakLines(1);
        text.append("```");
      }
      if (heading(tag) || PARAGRAPHS.contains(tag)) {
        breakLines(2);
      } else if (tag.equals("li") || tag.equals("tr")) {
        breakLines(1);
      }
    }
  }

  /// Outside of `pre` a run of white space is one space, and none at the start of a line.
  private void append(String words) {
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (pre > 0) {
        text.append(c == '\r' ? ' ' : c);
      } else if (Blank.is(c)) {
        spaceDue = true;
      } else {
        if (spaceDue && !atLineStart()) {
          text.append(' ');
        }
        spaceDue = false;
        text.append(c);
      }
    }
  }

  private void breakLines(int lines) {
    spaceDue = false;
    int end = text.length();
    while (pre == 0 && end > 0 && text.charAt(end - 1) == ' ' && !afterBullet()) {
      text.setLength(--end);
    }
    int have = 0;
    while (have < end && have < lines && text.charAt(end - 1 - have) == '\n') {
      have++;
    }
    if (end > 0) {
      text.append("\n".repeat(lines - have));
    }
  }

  private boolean atLineStart() {
    return text.isEmpty() || text.charAt(text.length() - 1) == '\n' || afterBullet();
  }

  private boolean afterBullet() {
    return endsWith("\n- ") || (text.length() == 2 && endsWith("- "));
  }

  private boolean endsWith(String end) {
    return text.length() >= end.length()
        && text.substring(text.length() - end.length()).equals(end);
  }

  private static boolean heading(String tag) {
    return tag.length() == 2
        && tag.charAt(0) == 'h'
        && tag.charAt(1) >= '1'
        && tag.charAt(1) <= '6';
  }
}
