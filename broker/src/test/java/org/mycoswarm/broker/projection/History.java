package org.mycoswarm.broker.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Decision;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// Entries of a log as the real rules make them: what a test does becomes commands, decided and
/// applied as the writer does it. Also an [EntrySource] over what has happened so far.
public final class History implements EntrySource {
  public static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
  private static final RetryPolicy TWICE =
      new RetryPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(10));

  private final Decider decider = new Decider(Limits.DEFAULT);
  private final QueueState state = new QueueState(Limits.DEFAULT);
  private final List<LogEntry> entries = new ArrayList<>();
  private Instant now = START;

  public static TaskSpec task(String kind, String label, String payload, BlobHash... blobs) {
    return new TaskSpec(
        new Requirement(kind, null),
        label,
        null,
        payload,
        List.of(blobs),
        TWICE,
        Duration.ofSeconds(30));
  }

  public static TaskSpec task(String kind, String label) {
    return task(kind, label, "{}");
  }

  /// Decides a command now, and records what happened.
  ///
  /// @throws IllegalStateException when the command is refused
  public synchronized History when(Command command) {
    state.advance(now);
    Decision decision = decider.decide(state, command, now);
    if (!(decision instanceof Decision.Accepted accepted)) {
      throw new IllegalStateException(command + " was answered with " + decision);
    }
    if (!accepted.events().isEmpty()) {
      accepted.events().forEach(event -> state.apply(event, now));
      entries.add(
          new LogEntry(
              position().next(),
              now,
              new CommandId("test-" + (entries.size() + 1)),
              accepted.events()));
    }
    return this;
  }

  public History after(Duration time) {
    now = now.plus(time);
    return this;
  }

  public History node(String id, String... kinds) {
    List<Capability> can = new ArrayList<>();
    for (String kind : kinds) {
      can.add(new Capability(kind, "sha256:aa", "cpu", 12.5));
    }
    return when(
        new Command.RegisterNode(
            new NodeId(id), new NodeProfile(id + "-name", can, "{\"cpu\":\"old\"}")));
  }

  public History submit(String job, TaskSpec... tasks) {
    return submit(job, new JobSpec("a " + job, "tasks", "{}", List.of(), null), List.of(tasks));
  }

  public History submit(String job, JobSpec spec, List<TaskSpec> tasks) {
    return when(new Command.SubmitJob(new JobId(job), spec, tasks));
  }

  public History lease(String node, int tasksMax) {
    return when(new Command.LeaseTasks(new NodeId(node), tasksMax));
  }

  public History complete(
      String lease,
      String detail,
      List<BlobHash> blobs,
      Map<String, Long> counts,
      TaskSpec... next) {
    return when(
        new Command.CompleteTask(
            LeaseId.parse(lease),
            new TaskResult(detail, blobs, new TreeMap<>(counts)),
            List.of(next)));
  }

  public History complete(String lease) {
    return complete(lease, "{}", List.of(), Map.of());
  }

  public History fail(String lease, String reason, boolean retryable) {
    return when(new Command.FailAttempt(LeaseId.parse(lease), reason, retryable));
  }

  public History release(String lease) {
    return when(new Command.ReleaseLease(LeaseId.parse(lease)));
  }

  public History expire(String... leases) {
    return when(new Command.ExpireLeases(List.of(leases).stream().map(LeaseId::parse).toList()));
  }

  public History cancel(String job) {
    return when(new Command.CancelJob(new JobId(job)));
  }

  public synchronized LogPosition position() {
    return new LogPosition(entries.size());
  }

  public Instant now() {
    return now;
  }

  public synchronized List<LogEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public synchronized List<LogEntry> next(LogPosition after, Duration wait) {
    int from = Math.toIntExact(after.value());
    return List.copyOf(entries.subList(from, Math.min(entries.size(), from + 250)));
  }

  /// Something that could happen next, whatever it is.
  public void step(RandomGenerator dice) {
    after(Duration.ofMillis(dice.nextLong(3_000)));
    List<Task.Leased> leased =
        state.leases().sorted((a, b) -> a.id().toString().compareTo(b.id().toString())).toList();
    int what = dice.nextInt(100);
    if (what < 5) {
      node("node-" + dice.nextInt(4), "chunk", dice.nextBoolean() ? "embed" : "chunk");
    } else if (what < 12) {
      submitSome(dice);
    } else if (what < 14) {
      JobId job = new JobId("job-" + dice.nextInt(12));
      state.job(job).ifPresent(_ -> cancel(job.value()));
    } else if (what < 50) {
      NodeId node = new NodeId("node-" + dice.nextInt(4));
      state.node(node).ifPresent(_ -> lease(node.value(), 1 + dice.nextInt(6)));
    } else if (!leased.isEmpty()) {
      end(leased, dice);
    }
  }

  private void submitSome(RandomGenerator dice) {
    String job = "job-" + dice.nextInt(12);
    if (state.job(new JobId(job)).isPresent()) {
      return;
    }
    List<TaskSpec> tasks = new ArrayList<>();
    for (int i = dice.nextInt(8); i > 0; i--) {
      tasks.add(task("chunk", "doc-" + i, "{}", blob(dice)));
    }
    submit(job, new JobSpec(job, "tasks", "{}", List.of(blob(dice)), null), tasks);
  }

  private void end(List<Task.Leased> leased, RandomGenerator dice) {
    Task.Leased task = leased.get(dice.nextInt(leased.size()));
    String lease = task.lease().toString();
    switch (dice.nextInt(6)) {
      case 0 -> fail(lease, "no luck", dice.nextBoolean());
      case 1 -> release(lease);
      case 2 ->
          expire(leased.stream().limit(3).map(t -> t.lease().toString()).toArray(String[]::new));
      default ->
          complete(
              lease,
              "{}",
              List.of(blob(dice)),
              Map.of("files", 1L, "tokens", dice.nextLong(500)),
              children(task.id(), state.spec(task).parent(), dice));
    }
  }

  private static TaskSpec[] children(TaskId task, @Nullable Integer parent, RandomGenerator dice) {
    TaskSpec[] children = new TaskSpec[parent == null ? dice.nextInt(3) : 0];
    for (int i = 0; i < children.length; i++) {
      children[i] = task("embed", task + "/" + i, "{}", blob(dice));
    }
    return children;
  }

  private static BlobHash blob(RandomGenerator dice) {
    return new BlobHash("%064x".formatted(dice.nextInt(50)));
  }
}
