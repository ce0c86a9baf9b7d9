package org.mycoswarm.broker.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Decision;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;
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
  private int jobs;

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
    List<Event> events =
        switch (decision) {
          case Decision.Accepted accepted -> accepted.events();
          // A late report is refused, and kept.
          case Decision.Rejected rejected when !rejected.events().isEmpty() -> rejected.events();
          default -> throw new IllegalStateException(command + " was answered with " + decision);
        };
    if (!events.isEmpty()) {
      events.forEach(event -> state.apply(event, now));
      entries.add(
          new LogEntry(
              position().next(), now, new CommandId("test-" + (entries.size() + 1)), events));
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

  /// What the queue itself takes each task for that it still knows, by the task's id.
  Map<String, String> states() {
    state.advance(now);
    Map<String, String> states = new TreeMap<>();
    state
        .knownJobs()
        .flatMap(job -> state.tasksOf(job.id()))
        .forEach(task -> states.put(task.id().toString(), word(task)));
    return states;
  }

  private static String word(Task task) {
    return switch (task) {
      case Task.Blocked _ -> "blocked";
      case Task.Waiting _ -> "waiting";
      case Task.Ready _ -> "ready";
      case Task.Leased _ -> "leased";
      case Task.Buried _ -> "buried";
    };
  }

  /// Something that could happen next, whatever it is.
  public void step(RandomGenerator dice) {
    after(Duration.ofMillis(dice.nextLong(3_000)));
    List<Task.Leased> leased =
        state.leases().sorted((a, b) -> a.id().toString().compareTo(b.id().toString())).toList();
    int what = dice.nextInt(100);
    if (state.missed(now).findAny().isPresent()) {
      when(new Command.PassTime());
    } else if (what < 5) {
      node("node-" + dice.nextInt(4), "chunk", dice.nextBoolean() ? "embed" : "chunk");
    } else if (what >= 90) {
      control(dice);
    } else if (what < 12) {
      submitSome(dice);
    } else if (what < 14) {
      JobId job = someJob(dice);
      state.job(job).ifPresent(_ -> cancel(job.value()));
    } else if (what < 50) {
      NodeId node = new NodeId("node-" + dice.nextInt(4));
      state.node(node).ifPresent(_ -> lease(node.value(), 1 + dice.nextInt(6)));
    } else if (!leased.isEmpty()) {
      end(leased, dice);
    }
  }

  private void submitSome(RandomGenerator dice) {
    if (state.knownJobs().count() >= 12) {
      return;
    }
    // The id of a job that ended is never taken again.
    String job = "job-" + jobs++;
    JobSpec.Order order =
        new JobSpec.Order(
            "submitter-" + dice.nextInt(3),
            dice.nextInt(10),
            List.of(0, 50, 100, 100).get(dice.nextInt(4)),
            dice.nextInt(5) == 0 ? now.plusSeconds(dice.nextInt(200)) : null);
    String detail = dice.nextBoolean() ? "{}" : "{\"batch\":\"b\"}";
    submit(
        job,
        new JobSpec(job, "tasks", detail, List.of(blob(dice)), null, order),
        someTasks("chunk", dice.nextInt(8), dice));
  }

  /// Of any shape that a submission may have.
  private List<TaskSpec> someTasks(String kind, int count, RandomGenerator dice) {
    List<TaskSpec> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean last = i > 0 && dice.nextInt(8) == 0;
      Set<Integer> after = new TreeSet<>();
      if (i > 0 && dice.nextInt(3) == 0) {
        after.add(dice.nextInt(i));
        after.add(dice.nextInt(i));
      }
      after.removeIf(before -> !last && tasks.get(before).start().last());
      Instant notBefore = dice.nextInt(5) == 0 ? now.plusSeconds(dice.nextInt(20)) : null;
      Instant deadline = dice.nextInt(8) == 0 ? now.plusSeconds(dice.nextInt(100)) : null;
      TaskSpec plain = task(kind, "doc-" + i, "{}", blob(dice));
      tasks.add(
          new TaskSpec(
              new Terms(
                  plain.requirement(),
                  TWICE,
                  plain.leaseTime(),
                  dice.nextBoolean() ? "a-key" : null,
                  1 + dice.nextInt(9),
                  deadline),
              plain.label(),
              null,
              plain.payload(),
              plain.blobs(),
              new TaskSpec.Start(notBefore, List.copyOf(after), last)));
    }
    return tasks;
  }

  private void control(RandomGenerator dice) {
    JobId job = someJob(dice);
    NodeId node = new NodeId("node-" + dice.nextInt(4));
    boolean runs = state.job(job).isPresent();
    boolean known = state.known(job).isPresent();
    switch (dice.nextInt(7)) {
      case 0 -> given(runs, new Command.PauseJob(job));
      case 1 -> given(runs, new Command.ResumeJob(job));
      case 2, 3 -> given(known, new Command.ReviveTasks(job, dice.ints(4, 0, 10).boxed().toList()));
      case 4 -> when(new Command.ForgetJobs(List.of(job)));
      case 5 -> {
        NodeMode mode = List.of(NodeMode.values()).get(dice.nextInt(3));
        given(state.node(node).isPresent(), new Command.SetNodeMode(node, mode));
        given(state.node(node).isPresent(), new Command.SetNodeMode(node, NodeMode.ACTIVE));
      }
      default -> given(state.node(node).isPresent(), new Command.LeaveNode(node));
    }
  }

  /// One of the newest, which may have ended.
  private JobId someJob(RandomGenerator dice) {
    return new JobId("job-" + Math.max(jobs - 1 - dice.nextInt(16), 0));
  }

  private void given(boolean possible, Command command) {
    if (possible) {
      when(command);
    }
  }

  private void end(List<Task.Leased> leased, RandomGenerator dice) {
    Task.Leased task = leased.get(dice.nextInt(leased.size()));
    String lease = task.lease().toString();
    switch (dice.nextInt(8)) {
      case 0 -> fail(lease, "no luck", dice.nextBoolean());
      case 1 -> release(lease);
      case 2 ->
          expire(leased.stream().limit(3).map(t -> t.lease().toString()).toArray(String[]::new));
      case 3 -> {
        release(lease);
        release(lease); // late
      }
      default ->
          complete(
              lease,
              "{}",
              List.of(blob(dice)),
              Map.of("files", 1L, "tokens", dice.nextLong(500)),
              children(state.spec(task).parent(), dice));
    }
  }

  private TaskSpec[] children(@Nullable Integer parent, RandomGenerator dice) {
    int count = parent == null ? dice.nextInt(3) : 0;
    return someTasks("embed", count, dice).toArray(TaskSpec[]::new);
  }

  private static BlobHash blob(RandomGenerator dice) {
    return new BlobHash("%064x".formatted(dice.nextInt(50)));
  }
}
