package org.mycoswarm.broker.schedules;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.schedules.ScheduleRecords.Stored;
import org.mycoswarm.schema.wire.ScheduleRunView;
import org.mycoswarm.schema.wire.ScheduleRuns;
import org.mycoswarm.schema.wire.ScheduleView;

/// What people see of schedules, as some records have them. Thread-safe.
public final class ScheduleViews {
  private static final int NEXT_SHOWN = 5;

  private final ScheduleRecords records;
  private final InstantSource clock;

  /// @param clock says what "next" is after
  public ScheduleViews(Records records, InstantSource clock) {
    this(new ScheduleRecords(records), clock);
  }

  ScheduleViews(ScheduleRecords records, InstantSource clock) {
    this.records = records;
    this.clock = clock;
  }

  /// Every schedule, in the order of their names.
  public List<ScheduleView> all() {
    return records.all().stream().map(this::view).toList();
  }

  public Optional<ScheduleView> get(String name) {
    return find(name).map(this::view);
  }

  /// What it did, and when it runs next.
  public Optional<ScheduleRuns> runs(String name) {
    return find(name)
        .map(
            stored ->
                new ScheduleRuns(
                    records.runs(name).runs().reversed().stream().map(ScheduleViews::view).toList(),
                    next(stored.schedule())));
  }

  private Optional<Stored> find(String name) {
    return Schedules.NAME.matcher(name).matches() ? records.get(name) : Optional.empty();
  }

  private List<Instant> next(Schedule schedule) {
    if (!schedule.enabled()) {
      return List.of();
    }
    When when = schedule.times();
    List<Instant> next = new ArrayList<>();
    for (Instant at = clock.instant(); next.size() < NEXT_SHOWN; next.add(at)) {
      at = when.next(at);
    }
    return next;
  }

  ScheduleView view(Stored stored) {
    Schedule it = stored.schedule();
    When when = it.times();
    Runs runs = records.runs(stored.name());
    return new ScheduleView(
        stored.name(),
        it.when(),
        when.cron(),
        it.zone(),
        it.action(),
        it.missed(),
        it.enabled(),
        it.watch(),
        it.quietSeconds(),
        it.enabled() ? when.next(clock.instant()) : null,
        runs.running().map(ScheduleViews::view).orElse(null),
        runs.runs().reversed().stream()
            .filter(run -> run.ended() != null)
            .findFirst()
            .map(ScheduleViews::view)
            .orElse(null));
  }

  static ScheduleRunView view(Run run) {
    return new ScheduleRunView(
        run.id(),
        run.due(),
        run.why(),
        run.state(),
        run.started(),
        run.ended(),
        run.outcome(),
        run.detail());
  }
}
