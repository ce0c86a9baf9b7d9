package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.benchmarks.load.Spread;

/// Draws the rows that peers have as bars, each row on a scale of its own, with the spread as a
/// thin line: only contenders that sync before they answer.
record Picture(Results results) {
  private static final int WIDTH = 960;
  private static final int NAMES = 330;
  private static final int BARS = 480;
  private static final int LINE = 22;
  private static final int TITLE = 44;

  private static final String STYLE =
      "<style>.t{font-weight:600}.s{font-size:12.5px;fill:#333}.peer{fill:#b9b4a5}.ours{fill:#2f6b3a}"
          + ".r{stroke:#222;stroke-width:1.2}</style>";

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text());
  }

  String text() {
    StringBuilder panels = new StringBuilder();
    int y = 8;
    for (Row row : Row.values()) {
      List<Entry> entries = results.of(row, Durability.SYNCED);
      if (!entries.isEmpty()) {
        y = panel(panels, row, entries, y);
      }
    }
    String open =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"15\" role=\"img\" aria-labelledby=\"t\">\n"
            .formatted(WIDTH, y + 16);
    String title =
        "<title id=\"t\">Rates of our broker and of its peers that sync to disk before they answer, median and spread.</title>\n";
    String ground = "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n".formatted(WIDTH, y + 16);
    return open + title + STYLE + "\n" + ground + panels + "</svg>\n";
  }

  /// @return where the next panel starts
  private static int panel(StringBuilder svg, Row row, List<Entry> entries, int top) {
    String better = row == Row.HANDOVER ? "less is better" : "more is better";
    int y = top + TITLE - 14;
    svg.append(
        "<text class=\"t\" x=\"16\" y=\"%d\">%d. %s: %s (%s)</text>\n"
            .formatted(y, row.number(), row.title(), row.unit(), better));
    double most = entries.stream().mapToDouble(entry -> entry.figure().most()).max().orElse(1);
    y += 10;
    for (Entry entry : entries) {
      svg.append(bar(entry, y, BARS / most));
      y += LINE;
    }
    return y;
  }

  private static String bar(Entry entry, int y, double scale) {
    Spread figure = entry.figure();
    int middle = y + LINE / 2;
    return String.format(
        Locale.ROOT,
        """
        <text class="s" x="%d" y="%d" text-anchor="end">%s</text>\
        <rect class="%s" x="%d" y="%d" width="%.1f" height="%d"/>\
        <path class="r" d="M%.1f %dH%.1f"/>\
        <text class="s" x="%.1f" y="%d">%s</text>
        """,
        NAMES - 8,
        middle + 4,
        entry.contender(),
        Results.isOurs(entry) ? "ours" : "peer",
        NAMES,
        y + 3,
        Math.max(figure.median() * scale, 1),
        LINE - 6,
        NAMES + figure.least() * scale,
        middle,
        NAMES + figure.most() * scale,
        NAMES + figure.most() * scale + 8,
        middle + 4,
        Numbers.of(figure.median()));
  }
}
