package org.mycoswarm.cli.output;

import java.io.PrintStream;

/// A bar on one line of a terminal. It never goes back: what was promised stays.
final class Bar implements Progress {
  private static final int CELLS = 30;
  private static final String CLEAR_TO_END = "\u001b[K";

  private final PrintStream out;
  private final int columns;
  private double highest;
  private boolean drawn;

  Bar(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  @Override
  public void show(double fraction, String words) {
    highest = Math.max(highest, Math.clamp(fraction, 0, 1));
    int full = (int) (highest * CELLS);
    String line =
        "[%s%s] %3d %%  %s"
            .formatted("#".repeat(full), "-".repeat(CELLS - full), (int) (highest * 100), words);
    // A line that wraps could not be drawn over.
    String fitting = line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
    out.print("\r" + fitting + CLEAR_TO_END);
    out.flush();
    drawn = true;
  }

  @Override
  public void say(String sentence) {
    out.println((drawn ? "\r" + CLEAR_TO_END : "") + sentence);
  }

  @Override
  public void finish() {
    if (drawn) {
      out.println();
      drawn = false;
    }
    highest = 0;
  }
}
