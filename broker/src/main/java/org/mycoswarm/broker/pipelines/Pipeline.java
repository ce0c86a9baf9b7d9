package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.schema.wire.PipelineStage;
import org.mycoswarm.schema.wire.PipelineView;
import org.mycoswarm.schema.wire.StageManifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A model that runs, in one stage or several, each on a node of its own. Sees to it, with a thread
/// of its own, that every stage has a holder as long as a node for it is there. Thread-safe.
final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
  private static final long WATCH_MILLIS = 200;

  /// How long nobody's stage waits for a node before another plan is made: sessions wait longer,
  /// for what they have done would be lost.
  private static final Duration HOMELESS_MAX = Duration.ofSeconds(5);

  private final String id;
  private final String model;
  private final Instant started;
  private final StageJobs jobs;
  private final Supplier<List<Offer>> offers;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Stage> stages = new ArrayList<>();

  /// Nodes that were lost as stages, and when: they are asked again once they were heard of since.
  private final Map<NodeId, Instant> lost = new HashMap<>();
  private final Thread watch;
  private final KeptBytes kept;
  private int sessions;
  private Instant idleSince;
  private boolean closed;
  private @Nullable String broken;

  /// @param model its name
  /// @param offers of all nodes, as they are now
  /// @param kept what the sessions of this and all other pipelines keep for stages that may be lost
  Pipeline(
      String id,
      String model,
      List<StagePlan> plans,
      StageJobs jobs,
      Supplier<List<Offer>> offers,
      KeptBytes kept,
      InstantSource clock) {
    this.id = id;
    this.model = model;
    this.jobs = jobs;
    this.offers = offers;
    this.kept = kept;
    this.clock = clock;
    this.started = clock.instant();
    this.idleSince = started;
    for (StagePlan plan : plans) {
      stages.add(
          new Stage(
              id,
              model,
              stages.size(),
              plans.size(),
              plan,
              jobs,
              clock,
              changed,
              lost,
              this::ended));
    }
    this.watch = Thread.ofPlatform().name("pipeline-" + id).daemon().unstarted(this::watch);
  }

  void start() {
    watch.start();
  }

  String id() {
    return id;
  }

  String model() {
    return model;
  }

  int stages() {
    return stages.size();
  }

  StageManifest manifest(int stage) {
    return stages.get(stage).plan.manifest();
  }

  /// Waits until somebody holds the stage.
  ///
  /// @throws PipelineUnavailable when nobody did until then; says what it waits for
  Stage.Ready await(int number, Instant deadline) throws InterruptedException {
    Stage stage = stages.get(number);
    lock.lock();
    try {
      while (true) {
        requireOpen();
        Optional<Stage.Ready> ready = stage.ready();
        if (ready.isPresent()) {
          return ready.get();
        }
        long left = Duration.between(clock.instant(), deadline).toMillis();
        if (left <= 0) {
          throw new PipelineUnavailable(
              "Expected a node for stage %d of %d of the model '%s', but %s. What was under way is given up; ask again when there is one"
                  .formatted(number + 1, stages.size(), model, stage.waitsFor()));
        }
        boolean _ = changed.await(left, TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Who holds the stage now.
  Optional<Stage.Ready> now(int number) {
    lock.lock();
    try {
      return stages.get(number).ready();
    } finally {
      lock.unlock();
    }
  }

  /// Waits a moment for a connection that failed to be noticed or replaced, so that nobody calls in
  /// vain again and again.
  void awaitChange(int number, StageConnection failed) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(WATCH_MILLIS);
      while (left > 0 && !closed && isStill(number, failed)) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isStill(int number, StageConnection connection) {
    return stages.get(number).ready().filter(ready -> ready.connection() == connection).isPresent();
  }

  private void requireOpen() {
    if (broken != null) {
      throw new PipelineUnavailable(broken);
    }
    if (closed) {
      throw new PipelineUnavailable(
          "Expected the model '%s' to run, but it was stopped. Ask again, and it is started anew"
              .formatted(model));
    }
  }

  /// Whether the lease is the right to this stage now.
  boolean isHeld(int number, String lease) {
    JobId job = jobs.heldBy(lease);
    lock.lock();
    try {
      return job != null && holder(number, job) != null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable StageHolder holder(int number, JobId job) {
    StageHolder holder =
        number < 0 || number >= stages.size() || closed ? null : stages.get(number).holder(job);
    return holder == null || holder.ended != null ? null : holder;
  }

  /// A node that has leased a stage comes to be it.
  ///
  /// @return null when the lease is no right to this stage
  @Nullable StageConnection connect(int number, String lease, StageWire wire) {
    JobId job = jobs.heldBy(lease);
    lock.lock();
    try {
      StageHolder holder = job == null ? null : holder(number, job);
      if (holder == null) {
        return null;
      }
      Stage stage = stages.get(number);
      StageConnection[] made = new StageConnection[1];
      StageConnection connection =
          new StageConnection(wire, () -> disconnected(stage, holder, made[0]));
      made[0] = connection;
      stage.connected(holder, connection);
      LOG.info(
          "'{}' is stage {} of {} ({}, epoch {})",
          holder.nodeName,
          number + 1,
          stages.size(),
          model,
          holder.epoch);
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private void disconnected(Stage stage, StageHolder holder, StageConnection connection) {
    lock.lock();
    try {
      stage.disconnected(holder, connection);
    } finally {
      lock.unlock();
    }
  }

  private void ended(JobId job, String reason) {
    lock.lock();
    try {
      stages.forEach(stage -> stage.ended(job, reason));
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    try {
      while (true) {
        List<Offer> all = offersNow();
        List<StageOffer> made = new ArrayList<>();
        lock.lock();
        try {
          if (closed || broken != null) {
            return;
          }
          if (all != null) {
            made = lookAfter(all.stream().map(this::believed).toList());
          }
          if (made.isEmpty()) {
            boolean _ = changed.await(WATCH_MILLIS, TimeUnit.MILLISECONDS);
          }
        } finally {
          lock.unlock();
        }
        made.forEach(this::offer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("The pipeline of the model '{}' is given up", model, e);
      giveUp("The pipeline of the model '%s' failed: %s".formatted(model, e.getMessage()));
    }
  }

  /// Waits for the disk, so nobody else shall have to wait for us.
  private void offer(StageOffer made) {
    String refused = made.stage().offer(made.holder());
    lock.lock();
    try {
      made.stage().offered(made.holder(), refused);
    } finally {
      lock.unlock();
    }
  }

  /// @return null when the queue has too much to do to be asked
  private @Nullable List<Offer> offersNow() {
    try {
      return offers.get();
    } catch (MailboxFull e) {
      return null;
    }
  }

  private Offer believed(Offer offer) {
    Instant at = lost.get(offer.node());
    return at == null || offer.seen().isAfter(at) ? offer : offer.unwilling();
  }

  /// What a node offers to a stage, without what other stages were promised of it.
  private Offer leftFor(Stage stage, Offer offer) {
    long promised =
        stages.stream()
            .filter(other -> other != stage)
            .mapToLong(other -> other.promisedMiB(offer.node()))
            .sum();
    return offer.without(promised);
  }

  /// @return who is to be offered a stage now
  private List<StageOffer> lookAfter(List<Offer> now) {
    List<StageOffer> made = new ArrayList<>();
    for (Stage stage : stages) {
      Set<NodeId> busy =
          stages.stream()
              .filter(other -> other != stage)
              .flatMap(Stage::nodes)
              .collect(Collectors.toSet());
      StageHolder chosen =
          stage.watch(now.stream().map(offer -> leftFor(stage, offer)).toList(), busy);
      if (chosen != null) {
        made.add(new StageOffer(stage, chosen));
      }
      Instant homeless = stage.homelessSince();
      if (sessions == 0
          && homeless != null
          && homeless.plus(HOMELESS_MAX).isBefore(clock.instant())) {
        giveUp(
            "Expected a node for stage %d of %d of the model '%s', but %s. The model is planned anew when it is asked for again"
                .formatted(stage.number + 1, stages.size(), model, stage.waitsFor()));
        return List.of();
      }
      if (stage.isHopeless()) {
        giveUp(
            "Expected a node for stage %d of %d of the model '%s', but %s. Nobody else is asked until the model is asked for again"
                .formatted(stage.number + 1, stages.size(), model, stage.waitsFor()));
        return List.of();
      }
    }
    return made;
  }

  private void giveUp(String reason) {
    lock.lock();
    try {
      broken = reason;
      stages.forEach(Stage::end);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Somebody begins to use it; [#left] must follow.
  void entered() {
    lock.lock();
    try {
      requireOpen();
      sessions++;
    } finally {
      lock.unlock();
    }
  }

  /// Somebody will use it soon.
  void asked() {
    lock.lock();
    try {
      idleSince = clock.instant();
    } finally {
      lock.unlock();
    }
  }

  void left() {
    lock.lock();
    try {
      sessions--;
      idleSince = clock.instant();
    } finally {
      lock.unlock();
    }
  }

  /// Counts what sessions keep for stages that may be lost.
  ///
  /// @throws StageRefused when they would keep more than the broker has room for
  void keep(long bytes) {
    if (!kept.take(bytes)) {
      throw new StageRefused(
          StageRefused.NO_ROOM,
          "Expected to keep what was sent to the stages of '%s', so that a lost one can be made good, in at most %,d MiB with what other models keep, but the sessions need more. This one ended; ask again when there are fewer, or start the broker with more memory (-Xmx)"
              .formatted(model, kept.max() >> 20));
    }
  }

  /// What was counted is kept no more.
  void giveBack(long bytes) {
    kept.give(bytes);
  }

  void stepped(int number) {
    lock.lock();
    try {
      stages.get(number).steps++;
    } finally {
      lock.unlock();
    }
  }

  /// Whether it can be used, now or when its stages are ready.
  boolean isOpen() {
    lock.lock();
    try {
      return !closed && broken == null;
    } finally {
      lock.unlock();
    }
  }

  /// Whether nobody has used it for so long.
  boolean isIdle(Duration time) {
    lock.lock();
    try {
      return sessions == 0 && idleSince.plus(time).isBefore(clock.instant());
    } finally {
      lock.unlock();
    }
  }

  PipelineView view() {
    lock.lock();
    try {
      List<PipelineStage> all = stages.stream().map(Stage::view).toList();
      boolean ready = all.stream().allMatch(stage -> stage.state().equals("ready"));
      boolean wasReady = all.stream().anyMatch(stage -> stage.epoch() > 1);
      String state = ready ? "ready" : wasReady ? "moving" : "starting";
      return new PipelineView(id, model, state, sessions, started, all);
    } finally {
      lock.unlock();
    }
  }

  /// Takes every stage from its node. What is under way ends.
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        stages.forEach(Stage::end);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
