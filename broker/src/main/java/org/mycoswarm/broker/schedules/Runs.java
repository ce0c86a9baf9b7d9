package org.mycoswarm.broker.schedules;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The newest runs of a schedule, as its record has them.
///
/// @param considered times up to here have had their turn
/// @param runs the oldest first
record Runs(Instant considered, List<Run> runs) {
  static final int KEPT = 50;
  static final Runs NONE = new Runs(Instant.EPOCH, List.of());

  Runs {
    runs = List.copyOf(runs);
  }

  Optional<Run> waiting() {
    return find(Run::waits);
  }

  Optional<Run> running() {
    return find(Run::runs);
  }

  boolean knows(String id) {
    return find(run -> run.id().equals(id)).isPresent();
  }

  Runs considered(Instant until) {
    return new Runs(until, runs);
  }

  Runs with(Run run) {
    List<Run> all = new ArrayList<>(runs);
    all.removeIf(each -> each.id().equals(run.id()));
    all.add(run);
    while (all.size() > KEPT && all.getFirst().ended() != null) {
      all.removeFirst();
    }
    return new Runs(considered, all);
  }

  private Optional<Run> find(Predicate<Run> which) {
    return runs.stream().filter(which).findFirst();
  }
}
