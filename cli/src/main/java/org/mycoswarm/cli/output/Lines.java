package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.time.Duration;

/// Plain lines for a pipe or a file: the first state, then one at most every few seconds and only
/// when something changed, then the last.
final class Lines implements Progress {
  private static final Duration EVERY = Duration.ofSeconds(3);

  private final PrintStream out;
  private String printed = "";
  private String latest = "";
  private long printedAt;

  Lines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void show(double fraction, String words) {
    latest = words;
    if (printed.isEmpty() || System.nanoTime() - printedAt > EVERY.toNanos()) {
      print();
    }
  }

  @Override
  public void say(String sentence) {
    out.println(sentence);
  }

  @Override
  public void finish() {
    print();
    printed = "";
    latest = "";
  }

  private void print() {
    if (!latest.equals(printed)) {
      out.println(latest);
      printed = latest;
      printedAt = System.nanoTime();
    }
  }
}
