package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Node;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.QueueWriter;

/// Which nodes can be stages now. Thread-safe; calls block until the writer has a moment.
final class StageNodes {
  private final QueueWriter writer;
  private final Function<NodeId, @Nullable Instant> lastSeen;
  private final InstantSource clock;
  private final Duration silence;
  private final Instant since;

  /// @param silence after which a node counts as gone; one that was not heard of yet has as long
  ///     from now on to come back
  StageNodes(
      QueueWriter writer,
      Function<NodeId, @Nullable Instant> lastSeen,
      InstantSource clock,
      Duration silence) {
    this.writer = writer;
    this.lastSeen = lastSeen;
    this.clock = clock;
    this.silence = silence;
    this.since = clock.instant();
  }

  List<Offer> offers() {
    try {
      return writer.ask((state, _) -> all(state)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }

  private List<Offer> all(QueueState state) {
    return state.nodes().flatMap(id -> state.node(id).stream()).flatMap(this::offer).toList();
  }

  private Stream<Offer> offer(Node node) {
    return node.profile().capabilities().stream()
        .filter(capability -> capability.kind().equals(QueueStageJobs.TASK_KIND))
        .mapToDouble(Capability::rate)
        .max()
        .stream()
        .mapToObj(
            rate ->
                new Offer(
                    node.id(),
                    node.profile().name(),
                    Math.max(0, node.free().ramMiB()),
                    rate,
                    seen(node),
                    isWilling(node)));
  }

  private boolean isWilling(Node node) {
    return node.mode() == NodeMode.ACTIVE && seen(node).plus(silence).isAfter(clock.instant());
  }

  private Instant seen(Node node) {
    return Objects.requireNonNullElse(lastSeen.apply(node.id()), since);
  }
}
