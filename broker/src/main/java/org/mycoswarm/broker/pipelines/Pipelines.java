package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.embedding.AwaitedJobs;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.schema.wire.PipelineView;

/// The models that run. One is started when it is asked for and ends when nobody has used it for
/// some time. They do not outlive the broker: what a session was lies in its memory, so the next
/// broker takes back what this one gave out. Thread-safe; calls block.
public final class Pipelines implements AutoCloseable {
  private static final Duration IDLE_MAX = Duration.ofMinutes(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /// A model that is to run.
  ///
  /// @param digest one pipeline a digest
  /// @param name for people
  /// @param plan made when the model is started; throws [PipelineUnavailable] when it fits nowhere
  record Wanted(String digest, String name, Function<List<Offer>, List<StagePlan>> plan) {}

  private final QueueStageJobs jobs;
  private final StageNodes nodes;
  private final Supplier<String> ids;
  private final InstantSource clock;
  private final ConcurrentHashMap<String, Pipeline> byModel = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Pipeline> byId = new ConcurrentHashMap<>();
  /// A third of the broker's memory for all pipelines together.
  private final KeptBytes kept = new KeptBytes(Runtime.getRuntime().maxMemory() / 3);

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread idle;

  /// @param ends hears what the writer wrote
  /// @param silence after which a node counts as gone
  /// @param ids makes ids that nothing has yet
  public Pipelines(
      QueueWriter writer,
      AwaitedJobs ends,
      Function<NodeId, @Nullable Instant> lastSeen,
      Duration silence,
      Supplier<String> ids,
      InstantSource clock) {
    this.jobs = new QueueStageJobs(writer, ends, ids);
    this.nodes = new StageNodes(writer, lastSeen, clock, silence);
    this.ids = ids;
    this.clock = clock;
    this.idle = Thread.ofPlatform().name("pipelines").daemon().unstarted(this::endIdle);
  }

  /// Takes back what an earlier broker gave out, and begins to end what is idle.
  public void start() {
    jobs.withdrawAll();
    idle.start();
  }

  /// What the nodes offer now.
  List<Offer> offers() {
    return nodes.offers();
  }

  /// The pipeline of a model, started when there is none. Its stages may not be ready yet.
  ///
  /// @throws PipelineUnavailable when no plan fits the nodes that are there
  Pipeline of(Wanted model) {
    Pipeline pipeline =
        byModel.compute(
            model.digest(), (_, known) -> known != null && known.isOpen() ? known : started(model));
    pipeline.asked();
    return pipeline;
  }

  /// Whether the model with this digest runs, or is about to.
  boolean runs(String digest) {
    Pipeline pipeline = byModel.get(digest);
    return pipeline != null && pipeline.isOpen();
  }

  private Pipeline started(Wanted model) {
    List<StagePlan> plan = model.plan().apply(offers());
    Pipeline fresh = new Pipeline(ids.get(), model.name(), plan, jobs, nodes::offers, kept, clock);
    byId.values().removeIf(pipeline -> !pipeline.isOpen());
    byId.put(fresh.id(), fresh);
    fresh.start();
    return fresh;
  }

  /// A node that has leased a stage comes to be it.
  ///
  /// @return what it claims; empty when there is no such pipeline
  public Optional<StageRight> right(String pipeline, int stage, String lease) {
    return Optional.ofNullable(byId.get(pipeline))
        .map(found -> new StageRight(found, stage, lease));
  }

  /// The pipelines that run, the oldest first.
  public List<PipelineView> all() {
    return byId.values().stream()
        .filter(Pipeline::isOpen)
        .map(Pipeline::view)
        .sorted(Comparator.comparing(PipelineView::started).thenComparing(PipelineView::id))
        .toList();
  }

  /// Ends a pipeline; what is under way in it ends too.
  ///
  /// @return whether there was one
  public boolean end(String id) {
    Pipeline pipeline = byId.remove(id);
    if (pipeline == null) {
      return false;
    }
    pipeline.close();
    byModel.values().remove(pipeline);
    return true;
  }

  private void endIdle() {
    try {
      while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        byId.values().stream()
            .filter(pipeline -> !pipeline.isOpen() || pipeline.isIdle(IDLE_MAX))
            .map(Pipeline::id)
            .toList()
            .forEach(this::end);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Takes every stage back.
  @Override
  public void close() {
    closing.countDown();
    byId.values().forEach(Pipeline::close);
  }
}
