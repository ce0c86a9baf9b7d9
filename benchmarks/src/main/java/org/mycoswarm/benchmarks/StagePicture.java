package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mycoswarm.benchmarks.load.Spread;

/// Draws tokens a second over texts at a time: what was measured as points with their spread, and
/// the law beside it as a line.
///
/// @param stageMillis what a stage takes for a step
record StagePicture(List<Point> points, double stageMillis) {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int TOP = 56;
  private static final int RIGHT = 700;
  private static final int BOTTOM = 360;
  private static final int TEXTS_MAX = 9;

  private static final String STYLE =
      "<style>.t{font-weight:600}.s{font-size:12.5px;fill:#333}.law{fill:none;stroke:#b9b4a5;stroke-width:3}"
          + ".p2{fill:#8a6d1f}.p4{fill:#2f6b3a}.r{stroke:#222;stroke-width:1.2}.a{stroke:#888;fill:none}</style>";

  /// What was measured.
  ///
  /// @param texts at a time
  /// @param rate of all together, tokens a second
  record Point(int stages, int texts, Spread rate) {}

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text());
  }

  String text() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"15\" role=\"img\" aria-labelledby=\"t\">\n"
            .formatted(WIDTH, HEIGHT));
    svg.append(
        "<title id=\"t\">Tokens a second over texts at a time, in 2 and in 4 stages: measured, and what the law says.</title>\n");
    svg.append(STYLE).append('\n');
    svg.append("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n".formatted(WIDTH, HEIGHT));
    svg.append(
        "<text class=\"t\" x=\"16\" y=\"28\">Tokens a second of all texts together, stages of %.0f ms</text>\n"
            .formatted(stageMillis));
    axes(svg);
    points.stream().mapToInt(Point::stages).distinct().sorted().forEach(k -> law(svg, k));
    points.forEach(point -> svg.append(point(point)));
    return svg.append("</svg>\n").toString();
  }

  /// One text gets a token after all stages; at most one comes out each time that a stage takes.
  private double law(int stages, double texts) {
    return Math.min(texts / (stages * stageMillis), 1 / stageMillis) * 1_000;
  }

  private void axes(StringBuilder svg) {
    svg.append("<path class=\"a\" d=\"M%d %dV%dH%d\"/>\n".formatted(LEFT, TOP, BOTTOM, RIGHT));
    for (int texts = 1; texts < TEXTS_MAX; texts++) {
      svg.append(label(x(texts), BOTTOM + 20.0, "middle", "" + texts));
    }
    for (int rate = 0; rate <= 50; rate += 10) {
      svg.append(label(LEFT - 8.0, y(rate) + 4, "end", "" + rate));
    }
    svg.append(label((LEFT + RIGHT) / 2.0, BOTTOM + 44.0, "middle", "texts at a time"));
  }

  private void law(StringBuilder svg, int stages) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"law\" d=\"M%.1f %.1fL%.1f %.1fH%.1f\"/>%n",
            x(1),
            y(law(stages, 1)),
            x(stages),
            y(law(stages, stages)),
            x(TEXTS_MAX - 1.0)));
    double y = TOP + 20.0 * stages;
    svg.append(
        "<circle class=\"p%d\" cx=\"%d\" cy=\"%.0f\" r=\"5\"/>".formatted(stages, RIGHT + 24, y));
    svg.append(label(RIGHT + 38.0, y + 4, "start", stages + " stages, median and spread"));
    if (stages == 2) {
      svg.append("<path class=\"law\" d=\"M%d %.0fh20\"/>".formatted(RIGHT + 14, y - 24));
      svg.append(label(RIGHT + 38.0, y - 20, "start", "the law: min(M / T, 1 / stage)"));
    }
  }

  private String point(Point point) {
    Spread rate = point.rate();
    return String.format(
        Locale.ROOT,
        "<path class=\"r\" d=\"M%.1f %.1fV%.1f\"/><circle class=\"p%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>%n",
        x(point.texts()),
        y(rate.least()),
        y(rate.most()),
        point.stages(),
        x(point.texts()),
        y(rate.median()));
  }

  private static String label(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text class=\"s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        text);
  }

  private static double x(double texts) {
    return LEFT + (RIGHT - LEFT) * texts / TEXTS_MAX;
  }

  private double y(double rate) {
    return BOTTOM - (BOTTOM - TOP) * rate / (1_150 / stageMillis);
  }
}
