package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.SubmitJob;

/// given(commands) - when(command) - then(events): a queue in memory with a clock moved by hand.
public final class Scenario {
  public static final String MODEL = "sha256:m";
  public static final JobId JOB = new JobId("job");
  public static final NodeId NODE = new NodeId("n1");
  public static final NodeId OTHER = new NodeId("n2");
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Event> history = new ArrayList<>();
  private Decider decider;
  private final QueueState state;
  private Instant now = START;
  private @Nullable Decision answer;

  private Scenario(Limits limits) {
    decider = new Decider(limits);
    state = new QueueState(limits);
  }

  public static Scenario given(Command... commands) {
    return given(Limits.DEFAULT, commands);
  }

  public static Scenario given(Limits limits, Command... commands) {
    Scenario scenario = new Scenario(limits);
    return scenario.and(commands);
  }

  /// More commands, each of which must be accepted.
  public Scenario and(Command... commands) {
    for (Command command : commands) {
      when(command);
      assertThat(answer).as("answer to %s", command).isInstanceOf(Decision.Accepted.class);
    }
    return this;
  }

  public Scenario after(Duration time) {
    now = now.plus(time);
    return this;
  }

  public Scenario when(Command command) {
    state.advance(now);
    answer = decider.decide(state, command, now);
    happened().forEach(event -> state.apply(event, now));
    history.addAll(happened());
    return this;
  }

  /// What the last command made happen.
  public List<Event> happened() {
    return switch (answer) {
      case Decision.Accepted accepted -> accepted.events();
      case Decision.Rejected(Rejection _, List<Event> events) -> events;
      case Decision.Repeated _ -> List.of();
      case null -> List.of();
    };
  }

  public Scenario then(Event... events) {
    assertThat(answer).isEqualTo(Decision.accept(events));
    return this;
  }

  public Scenario thenRejected(String words) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> assertThat(rejected.why().message()).isEqualTo(words));
    return this;
  }

  /// These happened after the first event, which says no more than the command.
  public Scenario thenAlso(Event... events) {
    List<Event> all = happened();
    assertThat(all.subList(1, all.size())).containsExactly(events);
    return this;
  }

  /// The tasks that were leased, in this order and no others, each as `job.number`.
  public Scenario thenLeased(String... tasks) {
    assertThat(leased().stream().map(e -> e.lease().task().toString())).containsExactly(tasks);
    return this;
  }

  /// What was leased to whom, in this order and nothing else, each as `job.number to node`.
  public Scenario thenMatched(String... matches) {
    assertThat(leased().stream().map(e -> e.lease().task() + " to " + e.node()))
        .containsExactly(matches);
    return this;
  }

  /// Refused; and this is all that is written down about it.
  public Scenario thenOnlyWrittenDown(Event... events) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Decision.Rejected.class,
            rejected -> assertThat(rejected.events()).containsExactly(events));
    return this;
  }

  /// What the last command leased.
  public List<Event.TaskLeased> leased() {
    return happened().stream()
        .filter(Event.TaskLeased.class::isInstance)
        .map(Event.TaskLeased.class::cast)
        .toList();
  }

  /// The tasks that the last command leased are completed, as one after the other they are done.
  public Scenario andDone() {
    leased().forEach(e -> and(complete(e.lease())));
    return this;
  }

  public Scenario thenRepeated(JobId job) {
    assertThat(answer).isEqualTo(new Decision.Repeated(job));
    return this;
  }

  /// From now on other limits are set.
  public Scenario under(Limits limits) {
    decider = new Decider(limits);
    return this;
  }

  /// All events since the beginning; meaningful for a replay when no time passed.
  public List<Event> history() {
    return List.copyOf(history);
  }

  public QueueState state() {
    return state;
  }

  public Instant now() {
    return now;
  }

  /// So long after [#START].
  public static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }

  public static JobDraft job(String id) {
    return JobDraft.of(id);
  }

  public static TaskDraft work(String kind) {
    return TaskDraft.of(kind);
  }

  public static NodeDraft node(String id) {
    return NodeDraft.of(id);
  }

  /// The lease `job.number.attempt`.
  public static LeaseId held(String lease) {
    return LeaseId.parse(lease);
  }

  public static SubmitJob submit(TaskSpec... tasks) {
    return submit(JOB, null, tasks);
  }

  public static SubmitJob submit(
      JobId job, JobSpec.@Nullable IdempotencyKey key, TaskSpec... tasks) {
    return new SubmitJob(job, new JobSpec("a job", "tasks", "{}", List.of(), key), List.of(tasks));
  }

  public static TaskSpec task(String kind) {
    return task(kind, 3);
  }

  public static TaskSpec task(String kind, int attemptsMax) {
    RetryPolicy retry = new RetryPolicy(attemptsMax, Duration.ofSeconds(1), Duration.ofMinutes(1));
    Requirement requirement = new Requirement(kind, kind.equals("embed") ? MODEL : null);
    return new TaskSpec(
        requirement, kind + " it", null, "{}", List.of(), retry, Duration.ofSeconds(30));
  }

  public static TaskSpec[] tasks(String kind, int count) {
    return IntStream.range(0, count).mapToObj(_ -> task(kind)).toArray(TaskSpec[]::new);
  }

  public static RegisterNode register(NodeId node, String... kinds) {
    List<Capability> capabilities =
        List.of(kinds).stream()
            .map(kind -> new Capability(kind, kind.equals("embed") ? MODEL : null, "cpu", 0))
            .toList();
    return new RegisterNode(node, new NodeProfile("box", capabilities, "{}"));
  }

  public static LeaseTasks lease(int tasksMax) {
    return new LeaseTasks(NODE, tasksMax);
  }

  public static LeaseId lease(int number, int attempt) {
    return new LeaseId(new TaskId(JOB, number), attempt);
  }

  public static CompleteTask complete(LeaseId lease, TaskSpec... next) {
    return new CompleteTask(lease, result(), List.of(next));
  }

  public static FailAttempt fail(LeaseId lease) {
    return new FailAttempt(lease, "it broke", true);
  }

  public static TaskResult result() {
    return new TaskResult("{}", List.of(), Collections.unmodifiableSortedMap(new TreeMap<>()));
  }
}
