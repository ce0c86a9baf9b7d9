package org.mycoswarm.queue.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.CompleteTask;
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
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;

/// The commands that clients and nodes of the simulation send.
final class Orders {
  static final Duration LEASE = Duration.ofSeconds(6);
  static final int CPUS = 3;
  private static final List<String> MODELS = List.of("m0", "m1");
  private static final BlobHash FINGERPRINT = new BlobHash("ab".repeat(32));

  private Orders() {}

  static Command start(int process) {
    return new Command.StartBroker("process-" + process, "simulated");
  }

  /// @param loaded the model that is in the node's memory, if any
  static RegisterNode register(NodeId node, List<String> kinds, @Nullable String loaded) {
    List<Capability> capabilities = new ArrayList<>();
    for (String kind : kinds) {
      if (kind.equals("embed")) {
        MODELS.forEach(
            model -> capabilities.add(new Capability(kind, model, "cpu", 1, model.equals(loaded))));
      } else {
        capabilities.add(new Capability(kind, null, "cpu", 0));
      }
    }
    Resources slots = new Resources(CPUS, 0, 0);
    return new RegisterNode(
        node, new NodeProfile("simulated", capabilities, slots, List.of(), "{}"));
  }

  static SubmitJob submit(JobId job, Plan plan, Instant now) {
    return submit(
        job, plan, new JobSpec.IdempotencyKey(plan.name(), FINGERPRINT), plan.order(now), now);
  }

  /// The same submission as by a client without a key.
  static SubmitJob withoutKey(SubmitJob command) {
    return with(command, null, command.spec().order());
  }

  /// The same submission as by a submitter that everyone is.
  static SubmitJob byAnyone(SubmitJob command) {
    JobSpec.Order order = command.spec().order();
    JobSpec.Order same =
        new JobSpec.Order("s", order.priority(), order.toleratedPercent(), order.deadline());
    return with(command, command.spec().key(), same);
  }

  private static SubmitJob submit(
      JobId job, Plan plan, JobSpec.IdempotencyKey key, JobSpec.Order order, Instant now) {
    JobSpec spec = new JobSpec(plan.name(), plan.submitter(), "{}", List.of(), key, order);
    return new SubmitJob(job, spec, plan.specs(now));
  }

  private static SubmitJob with(
      SubmitJob command, JobSpec.@Nullable IdempotencyKey key, JobSpec.Order order) {
    JobSpec spec = command.spec();
    return new SubmitJob(
        command.job(),
        new JobSpec(spec.name(), spec.kind(), spec.detail(), spec.blobs(), key, order),
        command.tasks());
  }

  /// Small limits are reached sooner. The largest job must fit, and nothing may be forgotten that
  /// must be known.
  static Limits limits(Choices.Stream choices) {
    Limits usual = Limits.DEFAULT;
    return new Limits(
        choices.next(4) == 3 ? 45 : usual.openTasksMax(),
        usual.tasksPerSubmissionMax(),
        usual.tasksPerResultMax(),
        usual.commandBytesMax(),
        usual.detailBytesMax(),
        choices.next(4) == 3 ? 2 : usual.leasesPerNodeMax(),
        usual.attemptsMax(),
        usual.leaseSecondsMax(),
        usual.keysMax(),
        choices.next(4) == 3 ? 2 : usual.buriedMax(),
        Duration.ofMillis(choices.next(2) == 1 ? 5_000 : 500));
  }

  /// A result that says of which lease it is, and how many tasks it asks for.
  static CompleteTask complete(NodeId node, LeaseId lease, List<TaskSpec> next) {
    TaskResult result =
        new TaskResult(
            detail(node, lease, next.size()),
            List.of(),
            Collections.unmodifiableSortedMap(new TreeMap<>()));
    return new CompleteTask(lease, result, next);
  }

  static String detail(NodeId node, LeaseId lease, int next) {
    return "{\"node\":\"%s\",\"lease\":\"%s\",\"next\":%d}".formatted(node, lease, next);
  }

  /// The job that a submission became.
  static JobId submitted(List<Event> events) {
    return events.stream()
        .filter(Event.JobSubmitted.class::isInstance)
        .map(event -> ((Event.JobSubmitted) event).job())
        .findFirst()
        .orElseThrow();
  }

  static Command expire(List<LeaseId> due) {
    return new Command.ExpireLeases(due);
  }

  /// An event in a story.
  static String brief(Event event) {
    return switch (event) {
      case Event.JobSubmitted e ->
          "JobSubmitted[%s, %s, %s, %s]"
              .formatted(e.job(), e.spec().name(), e.spec().order(), brief(e.tasks()));
      case Event.NodeRegistered e -> "NodeRegistered[node=%s]".formatted(e.node());
      case Event.TasksAdded e ->
          "TasksAdded[%s, first=%d, %s]".formatted(e.job(), e.first(), brief(e.tasks()));
      default -> event.toString();
    };
  }

  private static List<String> brief(List<TaskSpec> tasks) {
    return tasks.stream()
        .map(
            task ->
                "%s cost %d %s %s %s"
                    .formatted(
                        task.requirement().kind(),
                        task.terms().cost(),
                        isPlain(task.requirement()) ? "" : task.requirement(),
                        task.start().equals(TaskSpec.Start.AT_ONCE) ? "" : task.start(),
                        task.terms().deadline() == null ? "" : "until " + task.terms().deadline())
                    .strip())
        .toList();
  }

  private static boolean isPlain(Requirement requirement) {
    return requirement.resources().isNone() && requirement.node() == null;
  }
}
