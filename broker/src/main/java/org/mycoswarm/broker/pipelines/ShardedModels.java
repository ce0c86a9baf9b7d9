package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.chat.ChatModels;
import org.mycoswarm.broker.embedding.AwaitedJobs;
import org.mycoswarm.broker.embedding.ModelOffers;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.BlobStore;

/// The registered models and what runs them, put together.
public final class ShardedModels implements AutoCloseable {
  /// What it stands on.
  ///
  /// @param ends hears what the writer wrote
  /// @param silence after which a node counts as gone
  /// @param wire what floats are sent as between stages: `f16` or `f32`
  /// @param ids makes ids that nothing has yet
  public record Parts(
      QueueWriter writer,
      AwaitedJobs ends,
      Records records,
      BlobStore blobs,
      Function<NodeId, @Nullable Instant> lastSeen,
      Duration silence,
      String wire,
      Supplier<String> ids,
      InstantSource clock) {}

  private final Models models;
  private final Pipelines pipelines;
  private final ModelPlans plans;
  private final ChatModels chat;
  private final Encoders encoders;
  private final EncoderWatch watch;

  public ShardedModels(Parts parts) {
    models = new Models(parts.records(), parts.blobs(), parts.clock());
    pipelines =
        new Pipelines(
            parts.writer(),
            parts.ends(),
            parts.lastSeen(),
            parts.silence(),
            parts.ids(),
            parts.clock());
    plans = new ModelPlans(models, pipelines, parts.blobs(), parts.wire());
    encoders = new Encoders(pipelines, plans, parts.clock());
    watch =
        new EncoderWatch(
            models,
            pipelines,
            plans,
            parts.writer(),
            new ModelOffers(parts.lastSeen(), parts.clock(), parts.silence()),
            parts.clock());
    chat = new PipelineModels(models, pipelines, plans, parts.ids(), parts.clock());
  }

  public Models models() {
    return models;
  }

  public Pipelines pipelines() {
    return pipelines;
  }

  public ModelPlans plans() {
    return plans;
  }

  /// The decoders among them.
  public ChatModels chat() {
    return chat;
  }

  /// The others.
  public Encoders encoders() {
    return encoders;
  }

  /// Why an encoder that tasks wait for does not run; empty when it does, or none waits.
  public Optional<String> waitsFor(String digest) {
    return watch.waitsFor(digest);
  }

  /// Takes back what an earlier broker gave out.
  public void start() {
    pipelines.start();
    watch.start();
  }

  @Override
  public void close() {
    watch.close();
    pipelines.close();
  }
}
