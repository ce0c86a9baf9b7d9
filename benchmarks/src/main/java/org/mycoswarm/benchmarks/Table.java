package org.mycoswarm.benchmarks;

/// Prints rows as soon as they are measured, as a Markdown table.
final class Table {
  private boolean started;

  void print(Rounds rounds) {
    if (!started) {
      System.out.println("| workload | figure | median | spread |\n| --- | --- | --- | --- |");
      started = true;
    }
    for (int unit = 0; unit < rounds.workload().units().size(); unit++) {
      System.out.printf(
          "| %s | %s | %s | %s .. %s |%n",
          rounds.workload().name(),
          rounds.workload().units().get(unit),
          number(rounds.median(unit)),
          number(rounds.least(unit)),
          number(rounds.most(unit)));
    }
  }

  private static String number(double value) {
    return value < 100 ? "%.2f".formatted(value) : "%,.0f".formatted(value);
  }
}
