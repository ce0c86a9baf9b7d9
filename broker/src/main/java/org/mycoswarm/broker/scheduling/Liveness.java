package org.mycoswarm.broker.scheduling;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.DurableListener;
import org.mycoswarm.queue.log.LogEntry;

/// Who registered and in which mode each is, as the log says, and when each was heard of last. The
/// latter is soft state: after a restart nobody was. Thread-safe.
public final class Liveness implements DurableListener {
  private final Clock clock;
  private final ConcurrentHashMap<NodeId, Instant> seen = new ConcurrentHashMap<>();
  private final Set<NodeId> left = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<NodeId, NodeMode> modes = new ConcurrentHashMap<>();

  /// @param replayed knows the nodes that registered before
  public Liveness(Clock clock, QueueState replayed) {
    this.clock = clock;
    replayed
        .nodes()
        .flatMap(node -> replayed.node(node).stream())
        .forEach(node -> modes.put(node.id(), node.mode()));
  }

  /// Whether the node ever registered. Asked for every renewal, so it must not wait for the writer.
  public boolean isRegistered(NodeId node) {
    return modes.containsKey(node);
  }

  /// Told with every answer to a call for work, so it must not wait for the writer either.
  public NodeMode mode(NodeId node) {
    return modes.getOrDefault(node, NodeMode.ACTIVE);
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    for (LogEntry entry : entries) {
      for (Event event : entry.events()) {
        if (event instanceof Event.NodeRegistered e) {
          modes.putIfAbsent(e.node(), NodeMode.ACTIVE);
        } else if (event instanceof Event.NodeModeChanged e) {
          modes.put(e.node(), e.mode());
        }
      }
    }
  }

  public void seen(NodeId node) {
    left.remove(node);
    seen.put(node, clock.instant());
  }

  /// It said that it goes.
  public void left(NodeId node) {
    left.add(node);
  }

  /// When it was heard of last, unless it said since that it goes: then long ago.
  public @Nullable Instant lastSign(NodeId node) {
    return left.contains(node) ? Instant.EPOCH : seen.get(node);
  }

  public @Nullable Instant lastSeen(NodeId node) {
    return seen.get(node);
  }
}
