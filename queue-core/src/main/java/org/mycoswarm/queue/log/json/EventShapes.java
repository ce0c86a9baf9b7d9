package org.mycoswarm.queue.log.json;

import java.io.IOException;
import java.util.List;
import java.util.Map;
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
import org.mycoswarm.queue.domain.JobOutcome;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Throttle;

/// Every event as a JSON object, with its stable name first.
final class EventShapes {
  private EventShapes() {}

  /// The stable name of each event. A name is never changed and never used again.
  static final Map<Class<? extends Event>, String> NAMES =
      Map.ofEntries(
          Map.entry(BrokerStarted.class, "broker.started"),
          Map.entry(NodeRegistered.class, "node.registered"),
          Map.entry(NodeModeChanged.class, "node.mode-changed"),
          Map.entry(JobSubmitted.class, "job.submitted"),
          Map.entry(TasksAdded.class, "tasks.added"),
          Map.entry(TaskLeased.class, "task.leased"),
          Map.entry(LeaseExpired.class, "lease.expired"),
          Map.entry(LeaseReleased.class, "lease.released"),
          Map.entry(AttemptFailed.class, "attempt.failed"),
          Map.entry(LateReport.class, "late.report"),
          Map.entry(TaskBuried.class, "task.buried"),
          Map.entry(TasksRevived.class, "tasks.revived"),
          Map.entry(TaskSucceeded.class, "task.succeeded"),
          Map.entry(JobPaused.class, "job.paused"),
          Map.entry(JobResumed.class, "job.resumed"),
          Map.entry(JobCancelled.class, "job.cancelled"),
          Map.entry(JobFailed.class, "job.failed"),
          Map.entry(JobFinished.class, "job.finished"),
          Map.entry(JobForgotten.class, "job.forgotten"),
          Map.entry(ThrottleSet.class, "throttle.set"),
          Map.entry(KindPolicySet.class, "kind.policy-set"),
          Map.entry(RecordPut.class, "record.put"),
          Map.entry(RecordRemoved.class, "record.removed"));

  /// The version of a program that understands this event: a program of version 1 knows nothing of
  /// what came later.
  static int version(Event event) {
    return switch (event) {
      case BrokerStarted _, TaskLeased _, LeaseExpired _, LeaseReleased _ -> 1;
      case AttemptFailed _, TaskBuried _, TaskSucceeded _, JobCancelled _ -> 1;
      case JobFinished e -> e.letGo().isEmpty() ? 1 : 2;
      case NodeRegistered e -> NodeShapes.isOld(e.profile()) ? 1 : 2;
      case JobSubmitted e -> Math.max(JobShapes.isOld(e.spec()) ? 1 : 2, version(e.tasks()));
      case TasksAdded e -> version(e.tasks());
      case NodeModeChanged _, LateReport _, TasksRevived _, JobPaused _, JobResumed _ -> 2;
      case JobFailed _, JobForgotten _, ThrottleSet _, KindPolicySet _ -> 2;
      case RecordPut _, RecordRemoved _ -> 3;
    };
  }

  private static int version(List<TaskSpec> tasks) {
    int version = 1;
    for (TaskSpec task : tasks) {
      version = Math.max(version, TaskShapes.version(task));
    }
    return version;
  }

  static void write(JsonText json, Event event) throws IOException {
    json.text("event", NAMES.get(event.getClass()));
    switch (event) {
      case BrokerStarted e -> {
        json.text("incarnation", e.incarnation());
        json.text("version", e.version());
      }
      case NodeRegistered e -> {
        json.text("node", e.node());
        json.object("profile", e.profile(), NodeShapes::write);
      }
      case NodeModeChanged e -> {
        json.text("node", e.node());
        json.text("mode", e.mode());
      }
      case JobSubmitted e -> {
        json.text("job", e.job());
        json.object("spec", e.spec(), JobShapes::write);
        json.objects("tasks", e.tasks(), TaskShapes::write);
      }
      case TasksAdded e -> {
        json.text("job", e.job());
        json.number("first", e.first());
        json.objects("tasks", e.tasks(), TaskShapes::write);
      }
      case TaskLeased e -> {
        json.text("lease", e.lease());
        json.text("node", e.node());
      }
      case LeaseExpired e -> {
        json.text("lease", e.lease());
        json.time("retryAt", e.retryAt());
      }
      case LeaseReleased e -> json.text("lease", e.lease());
      case AttemptFailed e -> {
        json.text("lease", e.lease());
        json.text("reason", e.reason());
        json.time("retryAt", e.retryAt());
      }
      case LateReport e -> {
        json.text("lease", e.lease());
        json.text("found", e.found());
      }
      case TaskBuried e -> {
        json.text("task", e.task());
        json.text("reason", e.reason());
      }
      case TasksRevived e -> {
        json.text("job", e.job());
        json.numbers("numbers", e.numbers());
      }
      case TaskSucceeded e -> {
        json.text("lease", e.lease());
        json.object("result", e.result(), TaskShapes::write);
      }
      case JobPaused e -> json.text("job", e.job());
      case JobResumed e -> json.text("job", e.job());
      case JobCancelled e -> json.text("job", e.job());
      case JobFailed e -> {
        json.text("job", e.job());
        json.text("reason", e.reason());
      }
      case JobFinished e -> {
        json.text("job", e.job());
        json.text("outcome", e.outcome());
        if (!e.letGo().isEmpty()) {
          json.texts("letGo", e.letGo());
        }
      }
      case JobForgotten e -> json.text("job", e.job());
      case ThrottleSet e -> {
        json.text("scope", e.scope());
        json.object("throttle", e.throttle(), JobShapes::write);
      }
      case KindPolicySet e -> {
        json.text("kind", e.kind());
        json.object("policy", e.policy(), JobShapes::write);
      }
      case RecordPut e -> RecordShapes.write(json, e.record());
      case RecordRemoved e -> RecordShapes.write(json, e.id());
    }
  }

  /// @throws IllegalArgumentException when it is no event this program knows
  static Event event(JsonFields json) {
    String name = json.text("event");
    return switch (name) {
      case "broker.started" -> new BrokerStarted(json.text("incarnation"), json.text("version"));
      case "node.registered" ->
          new NodeRegistered(
              json.text("node", Ids::node), json.object("profile", NodeShapes::profile));
      case "node.mode-changed" ->
          new NodeModeChanged(json.text("node", Ids::node), json.text("mode", NodeMode::parse));
      case "job.submitted" ->
          new JobSubmitted(
              json.text("job", Ids::job),
              json.object("spec", JobShapes::job),
              json.objects("tasks", TaskShapes::task));
      case "tasks.added" ->
          new TasksAdded(
              json.text("job", Ids::job),
              json.integer("first"),
              json.objects("tasks", TaskShapes::task));
      case "task.leased" ->
          new TaskLeased(json.text("lease", Ids::lease), json.text("node", Ids::node));
      case "lease.expired" ->
          new LeaseExpired(json.text("lease", Ids::lease), json.time("retryAt"));
      case "lease.released" -> new LeaseReleased(json.text("lease", Ids::lease));
      case "attempt.failed" ->
          new AttemptFailed(
              json.text("lease", Ids::lease), json.text("reason"), json.time("retryAt"));
      case "late.report" -> new LateReport(json.text("lease", Ids::lease), json.text("found"));
      case "task.buried" -> new TaskBuried(json.text("task", Ids::task), json.text("reason"));
      case "tasks.revived" -> new TasksRevived(json.text("job", Ids::job), json.numbers("numbers"));
      case "task.succeeded" ->
          new TaskSucceeded(
              json.text("lease", Ids::lease), json.object("result", TaskShapes::result));
      case "job.paused" -> new JobPaused(json.text("job", Ids::job));
      case "job.resumed" -> new JobResumed(json.text("job", Ids::job));
      case "job.cancelled" -> new JobCancelled(json.text("job", Ids::job));
      case "job.failed" -> new JobFailed(json.text("job", Ids::job), json.text("reason"));
      case "job.finished" ->
          new JobFinished(
              json.text("job", Ids::job),
              json.text("outcome", JobOutcome::parse),
              json.textsOrNone("letGo").stream().map(Ids::job).toList());
      case "job.forgotten" -> new JobForgotten(json.text("job", Ids::job));
      case "throttle.set" ->
          new ThrottleSet(
              json.text("scope", Throttle.Scope::parse),
              json.object("throttle", JobShapes::throttle));
      case "kind.policy-set" ->
          new KindPolicySet(json.text("kind"), json.object("policy", JobShapes::policy));
      case "record.put" -> new RecordPut(RecordShapes.record(json));
      case "record.removed" -> new RecordRemoved(RecordShapes.id(json));
      default -> throw new IllegalArgumentException("there is no event '%s'".formatted(name));
    };
  }
}
