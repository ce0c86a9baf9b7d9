package org.mycoswarm.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mycoswarm.benchmarks.load.Calm;
import org.mycoswarm.benchmarks.load.Contender;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Row;

/// Lets every contender have every row, in turn: A, B, C, then again, so that what disturbs the
/// machine for a while disturbs all of them. A first round warms up and is not counted.
final class Contest {
  private final Options options;
  private final PrintStream progress;

  Contest(Options options, PrintStream progress) {
    this.options = options;
    this.progress = progress;
  }

  List<Entry> run(List<? extends Contender> contenders) throws Exception {
    List<Entry> entries = new ArrayList<>();
    for (Row row : Row.values()) {
      List<Entry> ofRow =
          contenders.stream()
              .filter(contender -> contender.runs(row) && row.name().contains(options.row()))
              .map(contender -> new Entry(row, contender, new ArrayList<>()))
              .toList();
      for (int round = 0; round <= options.rounds(); round++) {
        for (Entry entry : ofRow) {
          Measured measured = measure(entry.contender(), row, seconds(entry.contender(), round));
          progress.printf("%s, round %d: %s %s%n", row, round, entry.contender().name(), measured);
          if (round > 0) {
            entry.rounds().add(measured);
          }
        }
      }
      entries.addAll(ofRow);
    }
    return entries;
  }

  private int seconds(Contender contender, int round) {
    return round == 0 && contender.compilesItself() ? options.warmSeconds() : options.seconds();
  }

  private static Measured measure(Contender contender, Row row, int seconds) throws Exception {
    contender.prepare(row, seconds);
    double before = Calm.await(contender);
    Outcome outcome = contender.run(row, seconds);
    double cpu = Calm.await(contender) - before;
    contender.clear();
    Calm.await(contender);
    return new Measured(
        outcome.perSecond(), outcome.p50(), outcome.p99(), cpu * 1e6 / outcome.operations());
  }

  /// One round.
  ///
  /// @param cpuMicros the server's processor time for each task
  record Measured(double perSecond, double p50, double p99, double cpuMicros) {
    @Override
    public String toString() {
      return "%,.0f/s, p50 %.2f ms, p99 %.2f ms, %.0f µs of the server's CPU each"
          .formatted(perSecond, p50, p99, cpuMicros);
    }
  }

  /// What one contender did in one row.
  record Entry(Row row, Contender contender, List<Measured> rounds) {
    /// The figure that the row is about: a rate, or a time where less is better.
    Spread figure() {
      return row == Row.HANDOVER ? p50() : Spread.of(rounds, Measured::perSecond);
    }

    Spread p50() {
      return Spread.of(rounds, Measured::p50);
    }

    Spread p99() {
      return Spread.of(rounds, Measured::p99);
    }

    Spread cpuMicros() {
      return Spread.of(rounds, Measured::cpuMicros);
    }
  }

  /// A median with the least and the most.
  record Spread(double median, double least, double most) {
    static <T> Spread of(List<T> rounds, java.util.function.ToDoubleFunction<T> figure) {
      return of(rounds.stream().mapToDouble(figure).toArray());
    }

    static Spread of(double... figures) {
      double[] sorted = figures.clone();
      Arrays.sort(sorted);
      return new Spread(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
  }
}
