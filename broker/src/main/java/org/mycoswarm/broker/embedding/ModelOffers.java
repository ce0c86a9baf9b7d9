package org.mycoswarm.broker.embedding;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Node;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Requirement;

/// Which nodes can be asked for something now. Asks the live state, on the writer's thread.
public final class ModelOffers {
  private final Function<NodeId, @Nullable Instant> lastSeen;
  private final InstantSource clock;
  private final Duration silence;
  private final Instant since;

  /// @param silence after which a node counts as gone; one that was not heard of yet has as long
  ///     from now on to come back
  public ModelOffers(
      Function<NodeId, @Nullable Instant> lastSeen, InstantSource clock, Duration silence) {
    this.lastSeen = lastSeen;
    this.clock = clock;
    this.silence = silence;
    this.since = clock.instant();
  }

  /// Whether a node that lives, and is neither paused nor drained, offers what is required.
  public boolean isOffered(QueueState state, Requirement wanted) {
    return state
        .nodes()
        .flatMap(id -> state.node(id).stream())
        .anyMatch(node -> offers(node.profile(), wanted) && isThere(node));
  }

  private static boolean offers(NodeProfile profile, Requirement wanted) {
    return profile.capabilities().stream().anyMatch(wanted::metBy);
  }

  private boolean isThere(Node node) {
    Instant seen = Objects.requireNonNullElse(lastSeen.apply(node.id()), since);
    return node.mode() == NodeMode.ACTIVE && seen.plus(silence).isAfter(clock.instant());
  }
}
