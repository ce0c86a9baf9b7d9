package org.mycoswarm.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.benchmarks.broker.BrokerContender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Row;

/// Everything one run measured.
///
/// @param facts of the machine and the programs: name and value
/// @param missing peers that were not installed
record Results(List<Fact> facts, List<Entry> entries, List<Figure> figures, List<String> missing) {
  record Fact(String name, String value) {}

  /// The best first.
  List<Entry> of(Row row, Durability durability) {
    Comparator<Entry> byFigure = Comparator.comparingDouble(entry -> entry.figure().median());
    return entries.stream()
        .filter(entry -> entry.row() == row && entry.durability() == durability)
        .sorted(row == Row.HANDOVER ? byFigure : byFigure.reversed())
        .toList();
  }

  Optional<Entry> ours(Row row) {
    return entries.stream().filter(entry -> entry.row() == row && isOurs(entry)).findFirst();
  }

  /// Of those who promise what we promise.
  Optional<Entry> bestPeer(Row row) {
    return of(row, Durability.SYNCED).stream().filter(entry -> !isOurs(entry)).findFirst();
  }

  static boolean isOurs(Entry entry) {
    return entry.contender().equals(BrokerContender.NAME);
  }
}
