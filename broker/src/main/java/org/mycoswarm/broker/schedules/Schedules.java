package org.mycoswarm.broker.schedules;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.schedules.ScheduleRecords.Stored;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.schema.wire.ScheduleOrder;
import org.mycoswarm.schema.wire.ScheduleRunView;
import org.mycoswarm.schema.wire.ScheduleView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The schedules of this broker: what people ask of them, and the thread that lets them run.
/// Thread-safe.
public final class Schedules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final long ROUND_NANOS = 1_000_000_000L;
  private static final int QUIET_SECONDS_USUAL = 30;
  private static final int QUIET_SECONDS_MAX = 86_400;

  private final ScheduleRecords records;
  private final ScheduleViews views;
  private final Map<String, ScheduledAction> actions;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private @Nullable Thread thread;

  /// @param actions by their names
  /// @param clock the wall's, which people set their schedules by
  public Schedules(Records records, Map<String, ScheduledAction> actions, InstantSource clock) {
    this(records, actions, clock, TreeWatch.FOLDERS_MAX);
  }

  Schedules(
      Records records, Map<String, ScheduledAction> actions, InstantSource clock, int foldersMax) {
    this.records = new ScheduleRecords(records);
    this.views = new ScheduleViews(this.records, clock);
    this.actions = Map.copyOf(actions);
    this.scheduler = new Scheduler(this.records, actions, foldersMax);
    this.clock = clock;
  }

  public void start() {
    thread = Thread.ofPlatform().name("schedules").start(this::run);
  }

  /// What they are now.
  public ScheduleViews views() {
    return views;
  }

  /// Makes a schedule, or changes it. One that is paused stays so.
  ///
  /// @throws IllegalArgumentException when it makes no sense; the message is for who asked
  public ScheduleView put(String name, ScheduleOrder order) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Expected a schedule's name of 1 to 100 letters, digits and '.', '_', '-', but it is '%s'"
              .formatted(name));
    }
    return alone(
        () -> {
          Stored before = records.get(name).orElse(null);
          Schedule schedule = schedule(order, before == null ? null : before.schedule());
          List<BlobHash> blobs = action(schedule).blobs(schedule.what());
          return views.view(
              records.put(name, schedule, before == null ? 0 : before.version(), blobs));
        });
  }

  /// @return whether there was one; a run that goes on is not ended
  public boolean remove(String name) {
    return alone(
        () -> {
          boolean was = find(name).isPresent();
          if (was) {
            records.remove(name);
          }
          return was;
        });
  }

  /// Lets it run now, or after the run that goes on, also when it is paused.
  ///
  /// @return the run that waits; empty when there is no such schedule
  public Optional<ScheduleRunView> ask(String name) {
    return alone(
        () -> find(name).map(stored -> ScheduleViews.view(scheduler.ask(stored, clock.instant()))));
  }

  /// From now on its times pass by, or they do not any more.
  public Optional<ScheduleView> enable(String name, boolean enabled) {
    return alone(
        () ->
            find(name)
                .map(
                    stored ->
                        stored.schedule().enabled() == enabled
                            ? stored
                            : records.put(
                                name,
                                stored.schedule().enabled(enabled, clock.instant()),
                                stored.version(),
                                stored.blobs()))
                .map(views::view));
  }

  /// Takes one turn, as the thread does every second.
  void turn() {
    alone(
        () -> {
          scheduler.turn(clock.instant());
          return true;
        });
  }

  /// Stops after the turn that goes on. Twice is fine.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    scheduler.close();
  }

  private void run() {
    try {
      while (pause()) {
        turn();
      }
    } catch (InterruptedException e) {
      LOG.warn("The schedules were interrupted and stop; none runs until the broker starts again");
    }
  }

  private boolean pause() throws InterruptedException {
    long nanos = ROUND_NANOS;
    lock.lockInterruptibly();
    try {
      while (!closed && nanos > 0) {
        nanos = closing.awaitNanos(nanos);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private <T> T alone(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Stored> find(String name) {
    return NAME.matcher(name).matches() ? records.get(name) : Optional.empty();
  }

  private Schedule schedule(ScheduleOrder order, @Nullable Schedule before) {
    if (!order.action().isObject() || order.action().size() != 1) {
      throw new IllegalArgumentException(
          "Expected 'action' to be an object of one field, the action's name, but it is "
              + shown(order.action().toString()));
    }
    ZoneId zone = zone(order.zone());
    When.parse(order.when(), zone);
    Instant now = clock.instant();
    Schedule schedule =
        new Schedule(
            order.when(),
            zone.getId(),
            order.action(),
            missed(order.missed()),
            before == null || before.enabled(),
            Boolean.TRUE.equals(order.watch()),
            quietSeconds(order.quietSeconds()),
            before != null && saysTheSame(before, order, zone) ? before.since() : now);
    check(schedule);
    return schedule;
  }

  private static boolean saysTheSame(Schedule before, ScheduleOrder order, ZoneId zone) {
    return before.when().equals(order.when()) && before.zone().equals(zone.getId());
  }

  private ScheduledAction action(Schedule schedule) {
    ScheduledAction action = actions.get(schedule.actionName());
    if (action == null) {
      throw new IllegalArgumentException(
          "Expected an action of %s, but it is '%s'"
              .formatted(
                  actions.keySet().stream().sorted().toList(), shown(schedule.actionName())));
    }
    return action;
  }

  private void check(Schedule schedule) {
    ScheduledAction action = action(schedule);
    action.check(schedule.what());
    if (schedule.watch() && action.folder(schedule.what()).isEmpty()) {
      throw new IllegalArgumentException(
          "Expected an action with a folder to watch, but '%s' has none"
              .formatted(schedule.actionName()));
    }
  }

  private static ZoneId zone(@Nullable String name) {
    if (name == null) {
      return ZoneId.systemDefault();
    }
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Expected a time zone such as 'Europe/Berlin' or 'UTC', but it is '%s'"
              .formatted(shown(name)),
          e);
    }
  }

  private static String missed(@Nullable String word) {
    String missed = word == null ? Schedule.ONCE : word;
    if (!missed.equals(Schedule.ONCE) && !missed.equals(Schedule.SKIP)) {
      throw new IllegalArgumentException(
          "Expected 'missed' to be 'once' or 'skip', but it is '%s'".formatted(shown(missed)));
    }
    return missed;
  }

  private static int quietSeconds(@Nullable Integer wanted) {
    int seconds = wanted == null ? QUIET_SECONDS_USUAL : wanted;
    if (seconds < 1 || seconds > QUIET_SECONDS_MAX) {
      throw new IllegalArgumentException(
          "Expected quietSeconds of 1 to %,d, but it is %d".formatted(QUIET_SECONDS_MAX, seconds));
    }
    return seconds;
  }

  private static String shown(String text) {
    return text.length() <= 100 ? text : text.substring(0, 99) + "…";
  }
}
