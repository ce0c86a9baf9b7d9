package org.mycoswarm.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mycoswarm.benchmarks.load.Calm;
import org.mycoswarm.benchmarks.load.Contender;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Entry.Measured;
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
      if (options.row().matcher(row.name()).find()) {
        entries.addAll(run(row, contenders));
      }
    }
    return entries;
  }

  private List<Entry> run(Row row, List<? extends Contender> contenders) throws Exception {
    Map<Contender, Entry> entries = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      if (contender.runs(row)) {
        entries.put(
            contender, new Entry(row, contender.name(), contender.durability(), new ArrayList<>()));
      }
    }
    for (int round = 0; round <= options.rounds(); round++) {
      for (Map.Entry<Contender, Entry> entry : entries.entrySet()) {
        Contender contender = entry.getKey();
        Measured measured = measure(contender, row, seconds(contender, round));
        progress.printf("%s, round %d: %s %s%n", row, round, contender.name(), measured);
        if (round > 0) {
          entry.getValue().rounds().add(measured);
        }
      }
    }
    return List.copyOf(entries.values());
  }

  private int seconds(Contender contender, int round) {
    return round == 0 && contender.compilesItself() ? options.warmSeconds() : options.seconds();
  }

  /// The processor time counts until the server is calm again.
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
}
