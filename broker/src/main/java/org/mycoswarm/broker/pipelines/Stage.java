package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.schema.wire.PipelineStage;
import org.mycoswarm.schema.wire.StagePayload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stage of a pipeline and who holds it. When its holder is lost it is given to another node,
/// under the next epoch; a node that is drained keeps it until another one has it. Guarded by the
/// pipeline's lock, except where it is said.
final class Stage {
  private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

  /// A connection that broke for a moment is opened again within this time.
  private static final Duration GRACE = Duration.ofSeconds(1);

  /// Within this time a node that is there has leased what it was offered.
  private static final Duration LEASE_TIME = Duration.ofSeconds(10);

  /// Nodes that could not load the stage, one after the other, before nobody else is asked.
  private static final int FAILURES_MAX = 3;

  /// What a call can be sent to.
  record Ready(long epoch, StageConnection connection) {}

  final int number;
  final StagePlan plan;
  private final String pipeline;
  private final String name;
  private final int stages;
  private final StageJobs jobs;
  private final InstantSource clock;
  private final Condition changed;
  private final BiConsumer<JobId, String> onEnd;
  private final Map<NodeId, Instant> lost;
  private @Nullable StageHolder current;
  private @Nullable StageHolder next;
  private long epoch;
  private String waitsFor = "it begins";
  private int failures;
  private @Nullable Instant homelessSince;
  long steps;

  /// @param name of the model
  /// @param changed signalled when somebody may hold it
  /// @param lost is told which nodes were lost, and when
  /// @param onEnd told when a job of the stage has ended
  Stage(
      String pipeline,
      String name,
      int number,
      int stages,
      StagePlan plan,
      StageJobs jobs,
      InstantSource clock,
      Condition changed,
      Map<NodeId, Instant> lost,
      BiConsumer<JobId, String> onEnd) {
    this.pipeline = pipeline;
    this.name = name;
    this.number = number;
    this.stages = stages;
    this.plan = plan;
    this.jobs = jobs;
    this.clock = clock;
    this.changed = changed;
    this.lost = lost;
    this.onEnd = onEnd;
  }

  /// Who can be asked now.
  Optional<Ready> ready() {
    StageHolder holder = current;
    return holder == null || holder.connection == null
        ? Optional.empty()
        : Optional.of(new Ready(holder.epoch, holder.connection));
  }

  /// Whether one node after the other could not load it.
  boolean isHopeless() {
    return failures >= FAILURES_MAX && ready().isEmpty();
  }

  /// Since when there is no node for it; null when there is one.
  @Nullable Instant homelessSince() {
    return homelessSince;
  }

  /// For the message when nobody came.
  String waitsFor() {
    return waitsFor;
  }

  /// Whoever holds the job has connected.
  ///
  /// @return null when nobody is to hold the stage by this job
  @Nullable StageHolder holder(JobId job) {
    if (current != null && current.job.equals(job)) {
      return current;
    }
    return next != null && next.job.equals(job) ? next : null;
  }

  void connected(StageHolder holder, StageConnection connection) {
    StageConnection before = holder.connection;
    holder.connection = connection;
    holder.lostAt = null;
    failures = 0;
    if (before != null) {
      before.close("The node has connected anew");
    }
    changed.signalAll();
  }

  void disconnected(StageHolder holder, StageConnection connection) {
    if (holder.connection == connection) {
      holder.connection = null;
      holder.lostAt = clock.instant();
      changed.signalAll();
    }
  }

  /// Looks whether the holder still is one, and sees to another where not. Called often.
  ///
  /// @param busy the nodes that are other stages: they are taken last, since stages of one node
  ///     cannot work at the same time
  /// @return who was chosen and is to be offered the stage, without the lock: [#offer], then
  ///     [#offered]; null when nobody was
  @Nullable StageHolder watch(List<Offer> offers, Set<NodeId> busy) {
    StageHolder holder = current;
    if (holder != null && isLost(holder, offers)) {
      leave(holder);
      lost.put(holder.node, clock.instant());
      current = null;
    }
    if (next != null && isLost(next, offers)) {
      leave(next);
      lost.put(next.node, clock.instant());
      next = null;
    }
    if (next != null && (next.connection != null || current == null)) {
      StageHolder old = current;
      current = next;
      next = null;
      if (old != null) {
        LOG.info(
            "Stage {} of {} has moved from '{}' to '{}'",
            number,
            name,
            old.nodeName,
            current.nodeName);
        leave(old);
      }
      changed.signalAll();
    }
    if (current == null) {
      current = place(offers, busy, holder == null ? null : holder.node);
      return current;
    }
    if (next == null && !isWilling(current.node, offers)) {
      next = place(offers, busy, current.node);
      return next;
    }
    return null;
  }

  private boolean isLost(StageHolder holder, List<Offer> offers) {
    Instant now = clock.instant();
    if (holder.ended != null) {
      LOG.warn(
          "'{}' holds stage {} of {} no more: {}", holder.nodeName, number, name, holder.ended);
      return true;
    }
    if (holder.lostAt != null && holder.lostAt.plus(GRACE).isBefore(now)) {
      LOG.warn("'{}' was stage {} of {} and is gone", holder.nodeName, number, name);
      return true;
    }
    return holder.connection == null
        && holder.lostAt == null
        && holder.since.plus(LEASE_TIME).isBefore(now)
        && !isWilling(holder.node, offers);
  }

  private static boolean isWilling(NodeId node, List<Offer> offers) {
    return offers.stream().anyMatch(offer -> offer.node().equals(node) && offer.willing());
  }

  private void leave(StageHolder holder) {
    jobs.withdraw(holder.job);
    StageConnection connection = holder.connection;
    holder.connection = null;
    if (connection != null) {
      connection.close("The stage is another node's now");
    }
  }

  /// @param not a node that is only taken when there is no other
  private @Nullable StageHolder place(List<Offer> offers, Set<NodeId> busy, @Nullable NodeId not) {
    Optional<Offer> best =
        offers.stream()
            .filter(offer -> offer.willing() && offer.freeMiB() >= plan.mebibytes())
            .min(
                Comparator.<Offer>comparingInt(offer -> offer.node().equals(not) ? 1 : 0)
                    .thenComparingInt(offer -> offer.node().equals(plan.node()) ? 0 : 1)
                    .thenComparingInt(offer -> busy.contains(offer.node()) ? 1 : 0)
                    .thenComparingDouble(offer -> -offer.rate()));
    if (best.isEmpty() || (current != null && best.get().node().equals(not))) {
      if (current == null && homelessSince == null) {
        homelessSince = clock.instant();
      }
      waitsFor =
          "no node with %,d MiB of free memory that can be a stage is there now"
              .formatted(plan.mebibytes());
      return null;
    }
    return chosen(best.get());
  }

  /// Memory of a node that it was promised and may not have leased yet.
  long promisedMiB(NodeId node) {
    return Stream.of(Optional.ofNullable(current), Optional.ofNullable(next))
            .flatMap(Optional::stream)
            .filter(holder -> holder.node.equals(node) && holder.connection == null)
            .count()
        * plan.mebibytes();
  }

  private StageHolder chosen(Offer offer) {
    epoch++;
    homelessSince = null;
    waitsFor = "'%s' is to hold it and is not ready".formatted(offer.name());
    return new StageHolder(offer.node(), offer.name(), epoch, jobs.fresh(), clock.instant());
  }

  /// Has the queue offer the stage to its holder. Without the lock: it waits for the disk.
  ///
  /// @return why the queue does not; null when it does
  @Nullable String offer(StageHolder holder) {
    StagePayload payload =
        new StagePayload(pipeline, number, stages, holder.epoch, plan.blob().hex());
    String label = "%s, stage %d of %d".formatted(name, number + 1, stages);
    try {
      jobs.offer(holder.job, holder.node, label, payload, plan.blobs(), plan.mebibytes(), onEnd);
      return null;
    } catch (PipelineUnavailable | MailboxFull e) {
      return "the queue takes nothing new now: " + e.getMessage();
    }
  }

  /// The queue was told.
  ///
  /// @param refused why the queue does not offer it; null when it does
  void offered(StageHolder holder, @Nullable String refused) {
    boolean wanted = holder == current || holder == next;
    if (refused == null && !wanted) {
      jobs.withdraw(holder.job); // it was given up before the queue knew of it
    } else if (refused != null && wanted) {
      waitsFor = refused;
      current = holder == current ? null : current;
      next = holder == next ? null : next;
    }
  }

  /// Who has it, or is about to.
  Stream<NodeId> nodes() {
    return Stream.of(Optional.ofNullable(current), Optional.ofNullable(next))
        .flatMap(Optional::stream)
        .map(holder -> holder.node);
  }

  /// Nobody holds it any more.
  void end() {
    if (current != null) {
      leave(current);
      current = null;
    }
    if (next != null) {
      leave(next);
      next = null;
    }
  }

  /// Its current or next holder's job has ended.
  void ended(JobId job, String reason) {
    StageHolder holder = holder(job);
    if (holder != null) {
      holder.ended = reason;
      if (holder.connection == null && holder.lostAt == null) {
        failures++;
        waitsFor = "'%s' could not be it: %s".formatted(holder.nodeName, reason);
      }
      changed.signalAll();
    }
  }

  PipelineStage view() {
    StageHolder holder = current;
    if (holder == null) {
      return new PipelineStage(number, plan.node().value(), "", epoch, "leasing", steps);
    }
    String state = holder.connection == null ? "loading" : next == null ? "ready" : "moving";
    return new PipelineStage(
        number, holder.node.value(), holder.nodeName, holder.epoch, state, steps);
  }
}
