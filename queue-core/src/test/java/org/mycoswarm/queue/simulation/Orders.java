package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;

/// The commands that clients and nodes of the simulation send.
final class Orders {
  static final Duration LEASE = Duration.ofSeconds(6);
  private static final BlobHash FINGERPRINT = new BlobHash("ab".repeat(32));
  private static final RetryPolicy RETRY =
      new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(4));

  private Orders() {}

  static Command start(int process) {
    return new Command.StartBroker("process-" + process, "simulated");
  }

  static RegisterNode register(NodeId node, List<String> kinds) {
    List<Capability> capabilities =
        kinds.stream().map(kind -> new Capability(kind, null, "cpu", 0)).toList();
    return new RegisterNode(node, new NodeProfile("simulated", capabilities, "{}"));
  }

  static SubmitJob submit(JobId job, String key, List<TaskSpec> tasks) {
    JobSpec.IdempotencyKey once = new JobSpec.IdempotencyKey(key, FINGERPRINT);
    return new SubmitJob(job, new JobSpec("of " + key, "simulated", "{}", List.of(), once), tasks);
  }

  /// The same submission as by a client without a key.
  static SubmitJob withoutKey(SubmitJob command) {
    JobSpec spec = command.spec();
    JobSpec unkeyed = new JobSpec(spec.name(), spec.kind(), spec.detail(), spec.blobs(), null);
    return new SubmitJob(command.job(), unkeyed, command.tasks());
  }

  static List<TaskSpec> tasks(String kind, int count) {
    return IntStream.range(0, count).mapToObj(_ -> task(kind)).toList();
  }

  /// The job that a submission became.
  static JobId submitted(List<Event> events) {
    return events.stream()
        .filter(Event.JobSubmitted.class::isInstance)
        .map(event -> ((Event.JobSubmitted) event).job())
        .findFirst()
        .orElseThrow();
  }

  /// Small limits are reached sooner. The largest job must fit.
  static Limits limits(Choices.Stream choices) {
    Limits normal = Limits.DEFAULT;
    return new Limits(
        choices.next(4) == 3 ? 6 : normal.openTasksMax(),
        normal.tasksPerSubmissionMax(),
        normal.tasksPerResultMax(),
        normal.commandBytesMax(),
        normal.detailBytesMax(),
        choices.next(4) == 3 ? 2 : normal.leasesPerNodeMax(),
        normal.attemptsMax(),
        normal.leaseSecondsMax(),
        normal.keysMax(),
        normal.buriedMax(),
        normal.ageingStep());
  }

  /// An event in a story.
  static String brief(Event event) {
    return switch (event) {
      case Event.JobSubmitted e ->
          "JobSubmitted[job=%s, %s, %d tasks]"
              .formatted(e.job(), e.spec().name(), e.tasks().size());
      case Event.NodeRegistered e -> "NodeRegistered[node=%s]".formatted(e.node());
      case Event.TasksAdded e ->
          "TasksAdded[job=%s, first=%d, %d tasks]".formatted(e.job(), e.first(), e.tasks().size());
      default -> event.toString();
    };
  }

  static Command expire(List<LeaseId> due) {
    return new Command.ExpireLeases(due);
  }

  static LeaseTasks lease(NodeId node, int tasksMax) {
    return new LeaseTasks(node, tasksMax);
  }

  /// A result that says of which lease it is, and how many tasks it asks for.
  static CompleteTask complete(NodeId node, LeaseId lease, List<TaskSpec> next) {
    return complete(lease, detail(node, lease, next.size()), next);
  }

  static CompleteTask complete(LeaseId lease, String detail, List<TaskSpec> next) {
    TaskResult result =
        new TaskResult(detail, List.of(), Collections.unmodifiableSortedMap(new TreeMap<>()));
    return new CompleteTask(lease, result, next);
  }

  static String detail(NodeId node, LeaseId lease, int next) {
    return "{\"node\":\"%s\",\"lease\":\"%s\",\"next\":%d}".formatted(node, lease, next);
  }

  private static TaskSpec task(String kind) {
    return new TaskSpec(new Requirement(kind, null), kind, null, "{}", List.of(), RETRY, LEASE);
  }
}
