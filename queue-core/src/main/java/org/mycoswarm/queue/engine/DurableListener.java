package org.mycoswarm.queue.engine;

import java.util.List;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.LogEntry;

/// Hears of entries once they are durable. Called by the writer's thread, before anyone is
/// answered: it must be quick, must not fail, and must not keep or change the state.
public interface DurableListener {
  /// @param entries in order; at least one
  /// @param state after all of them
  void durable(List<LogEntry> entries, QueueState state);
}
