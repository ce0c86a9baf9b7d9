package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Columns under headings, as wide as their widest cell. Control characters in cells, which come
/// from file names and other people's nodes, are shown as `?`.
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    row(headings);
  }

  public Table row(String... cells) {
    List<String> clean = new ArrayList<>();
    for (String cell : cells) {
      clean.add(printable(cell));
    }
    rows.add(clean);
    return this;
  }

  public void print(PrintStream out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        line.append(cell).repeat(" ", widths[i] - cell.length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /// Lines as they are, and nothing else that could move a terminal's cursor.
  public static String printableLines(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    Character.isISOControl(c) && c != '\n' && c != '\t' ? '?' : c));
    return clean.toString();
  }

  /// One line, and nothing that could move a terminal's cursor.
  public static String printable(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    Character.isISOControl(c) ? (Character.isWhitespace(c) ? ' ' : '?') : c));
    return clean.toString();
  }
}
