package org.mycoswarm.broker.pipelines;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.mycoswarm.broker.embedding.ModelOffers;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.ModelRejected;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.WriterStopped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the pipeline of a registered encoder when tasks wait for the model and no node offers it,
/// and keeps it from ending while there are such tasks. The first stage's node then offers to cut
/// documents for the model and to embed with it.
final class EncoderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EncoderWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /// To plan takes reading the model's graph.
  private static final Duration PLAN_EVERY = Duration.ofSeconds(5);

  /// Why a model could not be started, and when that was.
  private record Refusal(Instant at, String reason) {}

  private final Models models;
  private final Pipelines pipelines;
  private final ModelPlans plans;
  private final QueueWriter writer;
  private final ModelOffers offers;
  private final InstantSource clock;
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("encoders").daemon().unstarted(this::run);

  EncoderWatch(
      Models models,
      Pipelines pipelines,
      ModelPlans plans,
      QueueWriter writer,
      ModelOffers offers,
      InstantSource clock) {
    this.models = models;
    this.pipelines = pipelines;
    this.plans = plans;
    this.writer = writer;
    this.offers = offers;
    this.clock = clock;
  }

  void start() {
    thread.start();
  }

  /// Why an encoder that tasks wait for does not run; empty when it does, or none waits.
  Optional<String> waitsFor(String digest) {
    return Optional.ofNullable(refusals.get(digest)).map(Refusal::reason);
  }

  private void run() {
    try {
      while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          look();
        } catch (MailboxFull e) {
          LOG.debug("Looked in vain for tasks of encoders: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (WriterStopped e) {
      LOG.debug("The queue has ended: {}", e.getMessage());
    }
  }

  private void look() {
    Map<String, ModelRecord> encoders = new HashMap<>();
    for (ModelRecord model : models.all()) {
      if (model.isEncoder()) {
        encoders.putIfAbsent(model.digest(), model);
      }
    }
    Set<String> wanted = encoders.isEmpty() ? Set.of() : wanted(encoders.keySet());
    refusals.keySet().retainAll(wanted);
    encoders.values().stream()
        .filter(model -> wanted.contains(model.digest()))
        .forEach(this::start);
  }

  private void start(ModelRecord model) {
    Refusal before = refusals.get(model.digest());
    Instant now = clock.instant();
    if (before != null && before.at().plus(PLAN_EVERY).isAfter(now)) {
      return;
    }
    try {
      Pipeline _ = pipelines.of(plans.wanted(model));
      if (refusals.remove(model.digest()) != null) {
        LOG.info("The model '{}', for which tasks wait, is started", model.name());
      }
    } catch (PipelineUnavailable | ModelRejected | UncheckedIOException e) {
      String reason = String.valueOf(e.getMessage());
      refusals.put(model.digest(), new Refusal(now, reason));
      if (before == null || !before.reason().equals(reason)) {
        LOG.warn("Tasks wait for the model '{}': {}", model.name(), reason);
      }
    }
  }

  /// Those of these models that open tasks ask for, and that run already or no node offers.
  private Set<String> wanted(Set<String> digests) {
    try {
      return writer.ask((state, _) -> wanted(digests, state)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }

  private Set<String> wanted(Set<String> digests, QueueState state) {
    List<Requirement> asked =
        state
            .requirements()
            .filter(requirement -> requirement.model() != null)
            .filter(requirement -> digests.contains(requirement.model()))
            .toList();
    return asked.stream()
        .filter(
            requirement ->
                pipelines.runs(String.valueOf(requirement.model()))
                    || !offers.isOffered(state, requirement))
        .map(requirement -> String.valueOf(requirement.model()))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
