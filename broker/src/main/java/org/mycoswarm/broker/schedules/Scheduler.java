package org.mycoswarm.broker.schedules;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mycoswarm.broker.schedules.ScheduleRecords.Stored;
import org.mycoswarm.broker.schedules.ScheduledAction.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes turns: starts what is due, and notes what has ended. One turn at a time; what it decides
/// is on disk before anything begins, so a kill in between loses no run and doubles none.
///
/// One run of a schedule goes on at a time, and one more waits at most: whatever comes due
/// meanwhile is that one. Times that had their turn have none again when the clock is set back,
/// unless it is set back by more than an hour, when the past was a mistake.
final class Scheduler {
  /// Later than this, the broker was off at the time, or the machine asleep.
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final Duration SET_BACK_MAX = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final ScheduleRecords records;
  private final Map<String, ScheduledAction> actions;
  private final int foldersMax;
  private final Map<String, Known> known = new HashMap<>();
  private final Set<String> failing = new HashSet<>();

  /// What would be worked out at every turn.
  private static final class Known {
    final Stored stored;
    final When when;
    Instant nothingUntil = Instant.EPOCH;
    FolderChanges changes = FolderChanges.NONE;

    Known(Stored stored) {
      this.stored = stored;
      this.when = stored.schedule().times();
    }
  }

  Scheduler(ScheduleRecords records, Map<String, ScheduledAction> actions, int foldersMax) {
    this.records = records;
    this.actions = Map.copyOf(actions);
    this.foldersMax = foldersMax;
  }

  /// Looks at every schedule. What fails of one is said once, and holds up no other.
  void turn(Instant now) {
    Set<String> names = new HashSet<>();
    for (Stored stored : records.all()) {
      names.add(stored.name());
      try {
        turn(known(stored), now);
        if (failing.remove(stored.name())) {
          LOG.info("Schedule '{}' works again", stored.name());
        }
      } catch (RuntimeException e) {
        if (failing.add(stored.name())) {
          LOG.warn(
              "Schedule '{}' failed ({}); it is tried again every second",
              stored.name(),
              e.getMessage(),
              e);
        }
      }
    }
    known.entrySet().removeIf(entry -> forgotten(entry, names));
    failing.retainAll(names);
  }

  private static boolean forgotten(Map.Entry<String, Known> entry, Set<String> names) {
    if (names.contains(entry.getKey())) {
      return false;
    }
    entry.getValue().changes.close();
    return true;
  }

  /// Lets a schedule run now, or after the run that goes on.
  ///
  /// @return the run that waits
  Run ask(Stored stored, Instant now) {
    Runs runs = records.runs(stored.name());
    Optional<Run> waiting = runs.waiting();
    if (waiting.isPresent()) {
      return waiting.get();
    }
    Instant due = now;
    while (runs.knows(Run.by(stored.name(), due, "asked").id())) {
      due = due.plusMillis(1);
    }
    Run run = Run.by(stored.name(), due, "asked");
    records.putRuns(stored.name(), runs.with(run));
    return run;
  }

  /// No folder is followed any more.
  void close() {
    known.values().forEach(each -> each.changes.close());
    known.clear();
  }

  private Known known(Stored stored) {
    Known before = known.get(stored.name());
    if (before != null
        && before.stored.version() == stored.version()
        && before.stored.schedule().equals(stored.schedule())) {
      return before;
    }
    if (before != null) {
      before.changes.close();
    }
    Known now = new Known(stored);
    known.put(stored.name(), now);
    return now;
  }

  private void turn(Known it, Instant now) {
    Runs before = records.runs(it.stored.name());
    Runs runs = ended(it, before, now);
    if (it.stored.schedule().enabled()) {
      runs = changed(it, due(it, runs, now), now);
    } else {
      it.changes.close();
      it.changes = FolderChanges.NONE;
    }
    if (!runs.equals(before)) {
      records.putRuns(it.stored.name(), runs);
    }
    if (runs.running().isEmpty() && runs.waiting().isPresent()) {
      records.putRuns(it.stored.name(), begun(it, runs, runs.waiting().get(), now));
    }
  }

  private Runs ended(Known it, Runs runs, Instant now) {
    Run running = runs.running().orElse(null);
    if (running == null) {
      return runs;
    }
    return action(it)
        .ended(running.id(), it.stored.schedule().what())
        .map(how -> runs.with(running.ended(now, how)))
        .orElse(runs);
  }

  private Runs due(Known it, Runs runs, Instant now) {
    Instant from = later(it.stored.schedule().since(), runs.considered());
    if (from.isAfter(now.plus(SET_BACK_MAX))) {
      LOG.warn(
          "Schedule '{}' knows of {}, but the clock says {}: it was set back, and times count from there",
          it.stored.name(),
          from,
          now);
      return runs.considered(now);
    }
    if (from.isAfter(now) || now.isBefore(it.nothingUntil)) {
      it.nothingUntil = from.isAfter(now) ? Instant.EPOCH : it.nothingUntil;
      return runs;
    }
    Optional<Instant> newest = it.when.newest(from, now);
    if (newest.isEmpty()) {
      it.nothingUntil = it.when.next(from);
      return runs;
    }
    return due(it, runs.considered(newest.get()), newest.get(), now);
  }

  private static Runs due(Known it, Runs runs, Instant due, Instant now) {
    boolean missed = now.isAfter(due.plus(LATE));
    Run run = Run.by(it.stored.name(), due, missed ? "missed" : "due");
    if (runs.knows(run.id()) || runs.waiting().isPresent()) {
      return runs;
    }
    if (missed && it.stored.schedule().missed().equals(Schedule.SKIP)) {
      return runs.with(run.ended(now, new Outcome("skipped", "The broker was off at its time")));
    }
    return runs.with(run);
  }

  private Runs changed(Known it, Runs runs, Instant now) {
    Schedule schedule = it.stored.schedule();
    if (!schedule.watch()) {
      return runs;
    }
    Path folder = action(it).folder(schedule.what()).orElse(null);
    if (folder == null) {
      return runs;
    }
    it.changes = it.changes.of(folder, foldersMax, schedule.missed().equals(Schedule.ONCE), now);
    if (!it.changes.quietFor(schedule.quietSeconds(), now) || runs.waiting().isPresent()) {
      return runs;
    }
    it.changes.taken();
    Run run = Run.by(it.stored.name(), now, "change");
    return runs.knows(run.id()) ? runs : runs.with(run);
  }

  private Runs begun(Known it, Runs runs, Run run, Instant now) {
    try {
      action(it).start(run.id(), it.stored.name(), it.stored.schedule().what());
    } catch (IllegalArgumentException e) {
      LOG.warn("Run '{}' could not begin: {}", run.id(), e.getMessage());
      return runs.with(run.ended(now, new Outcome("failed", e.getMessage())));
    }
    LOG.info("Run '{}' began", run.id());
    return runs.with(run.started(now));
  }

  private ScheduledAction action(Known it) {
    ScheduledAction action = actions.get(it.stored.schedule().actionName());
    if (action == null) {
      throw new IllegalStateException(
          "Expected an action '%s', but this broker knows none"
              .formatted(it.stored.schedule().actionName()));
    }
    return action;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
