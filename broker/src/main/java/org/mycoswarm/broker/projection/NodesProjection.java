package org.mycoswarm.broker.projection;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.BrokerStarted;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFailed;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobForgotten;
import org.mycoswarm.queue.domain.Event.JobPaused;
import org.mycoswarm.queue.domain.Event.JobResumed;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.KindPolicySet;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.LeaseExpired;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.NodeModeChanged;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.Event.RecordRemoved;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;
import org.mycoswarm.queue.domain.Event.TasksRevived;
import org.mycoswarm.queue.domain.Event.ThrottleSet;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.schema.json.Json;

/// Nodes as they registered last, for the length of one transaction.
final class NodesProjection {
  private final Change change;

  NodesProjection(Change change) {
    this.change = change;
  }

  void apply(LogEntry entry, Event event) {
    switch (event) {
      case NodeRegistered e -> registered(entry, e);
      case NodeModeChanged e ->
          change.run(
              "update nodes set mode = ? where node = ?", e.mode().toString(), e.node().value());
      case BrokerStarted _, JobSubmitted _, TasksAdded _, TaskLeased _, LeaseExpired _ -> {}
      case LeaseReleased _, AttemptFailed _, TaskBuried _, TaskSucceeded _ -> {}
      case JobCancelled _, JobFailed _, JobFinished _ -> {}
      case JobPaused _, JobResumed _, JobForgotten _, LateReport _ -> {}
      case TasksRevived _, ThrottleSet _, KindPolicySet _ -> {}
      case RecordPut _, RecordRemoved _ -> {}
    }
  }

  private void registered(LogEntry entry, NodeRegistered e) {
    change.run(
        """
        merge into nodes (node, name, registered_millis, capabilities, detail, cpu, ram_mib,
          vram_mib, submitters) key (node)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        e.node().value(),
        Change.cut(e.profile().name()),
        entry.at().toEpochMilli(),
        json(e.profile().capabilities()),
        e.profile().detail(),
        e.profile().resources().cpu(),
        e.profile().resources().ramMiB(),
        e.profile().resources().vramMiB(),
        json(e.profile().submitters()));
  }

  private static String json(List<?> values) {
    try {
      return Json.LENIENT.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Strings and numbers always become JSON", e);
    }
  }
}
