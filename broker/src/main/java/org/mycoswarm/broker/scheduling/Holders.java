package org.mycoswarm.broker.scheduling;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.log.LogEntry;

/// Remembers which node holds which lease, to tell who has fallen silent when one expires, or is
/// stopping when one is handed back: by then the state knows the node no more. One thread at a
/// time.
final class Holders {
  private final Map<LeaseId, NodeId> holders = new HashMap<>();

  /// @return nodes that let a lease expire, or handed one back
  Set<NodeId> goneAfter(List<LogEntry> entries, QueueState state) {
    Set<NodeId> gone = new HashSet<>();
    entries.forEach(entry -> entry.events().forEach(event -> follow(event, state, gone)));
    return gone;
  }

  private void follow(Event event, QueueState state, Set<NodeId> gone) {
    switch (event) {
      case Event.BrokerStarted _ -> state.leases().forEach(this::keep);
      case Event.TaskLeased e -> holders.put(e.lease(), e.node());
      case Event.LeaseExpired e -> gone(e.lease(), gone);
      case Event.LeaseReleased e -> gone(e.lease(), gone);
      case Event.AttemptFailed e -> holders.remove(e.lease());
      case Event.TaskSucceeded e -> holders.remove(e.lease());
      case Event.JobCancelled e ->
          holders.keySet().removeIf(lease -> lease.task().job().equals(e.job()));
      case Event.NodeRegistered _,
          Event.JobSubmitted _,
          Event.TasksAdded _,
          Event.TaskBuried _,
          Event.JobFinished _ -> {}
    }
  }

  private void gone(LeaseId lease, Set<NodeId> gone) {
    NodeId node = holders.remove(lease);
    if (node != null) {
      gone.add(node);
    }
  }

  private void keep(Task.Leased task) {
    holders.put(task.lease(), task.node());
  }
}
