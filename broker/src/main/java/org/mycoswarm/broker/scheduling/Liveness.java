package org.mycoswarm.broker.scheduling;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.NodeId;

/// When each node was heard of last. Soft state: after a restart nobody was. Thread-safe.
public final class Liveness {
  private final Clock clock;
  private final ConcurrentHashMap<NodeId, Instant> seen = new ConcurrentHashMap<>();

  public Liveness(Clock clock) {
    this.clock = clock;
  }

  public void seen(NodeId node) {
    seen.put(node, clock.instant());
  }

  public @Nullable Instant lastSeen(NodeId node) {
    return seen.get(node);
  }
}
