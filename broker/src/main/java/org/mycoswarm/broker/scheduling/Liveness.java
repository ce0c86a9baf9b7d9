package org.mycoswarm.broker.scheduling;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.DurableListener;
import org.mycoswarm.queue.log.LogEntry;

/// Who registered, and when each was heard of last. The latter is soft state: after a restart
/// nobody was. Thread-safe.
public final class Liveness implements DurableListener {
  private final Clock clock;
  private final ConcurrentHashMap<NodeId, Instant> seen = new ConcurrentHashMap<>();
  private final Set<NodeId> registered = ConcurrentHashMap.newKeySet();

  /// @param registered nodes that the replayed state knows
  public Liveness(Clock clock, Stream<NodeId> registered) {
    this.clock = clock;
    registered.forEach(this.registered::add);
  }

  /// Whether the node ever registered. Asked for every renewal, so it must not wait for the writer.
  public boolean isRegistered(NodeId node) {
    return registered.contains(node);
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    for (LogEntry entry : entries) {
      for (Event event : entry.events()) {
        if (event instanceof Event.NodeRegistered e) {
          registered.add(e.node());
        }
      }
    }
  }

  public void seen(NodeId node) {
    seen.put(node, clock.instant());
  }

  public @Nullable Instant lastSeen(NodeId node) {
    return seen.get(node);
  }
}
