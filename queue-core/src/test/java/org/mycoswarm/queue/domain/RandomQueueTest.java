package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.ForgetJobs;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.LeaveNode;
import org.mycoswarm.queue.domain.Command.PassTime;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Command.PutRecord;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.Command.RemoveRecord;
import org.mycoswarm.queue.domain.Command.ResumeJob;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Command.SetKindPolicy;
import org.mycoswarm.queue.domain.Command.SetNodeMode;
import org.mycoswarm.queue.domain.Command.SetThrottle;
import org.mycoswarm.queue.domain.Command.SubmitJob;

/// Random commands of every sort, one seed at a time: however the state was come by, from every
/// event or from a snapshot and the events after it, it is the same; and no rule of leasing is
/// broken on the way.
class RandomQueueTest {
  private static final Limits LIMITS =
      new Limits(500, 50, 20, 1 << 20, 1 << 14, 6, 5, 60, 5, 12, Duration.ofSeconds(5));

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aStateIsTheSameFromItsEventsAndFromItsImage(long seed) {
    new History(seed).run(400);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 300);
  }

  private record Entry(Instant at, List<Event> events) {}

  private static final class History {
    private final SplittableRandom random;
    private final Decider decider = new Decider(LIMITS);
    private final QueueState state = new QueueState(LIMITS);
    private final List<Entry> entries = new ArrayList<>();
    private final List<LeaseId> leases = new ArrayList<>();
    private final Map<TaskId, NodeId> held = new HashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int jobs;
    private @Nullable QueueState restored;

    History(long seed) {
      random = new SplittableRandom(seed);
    }

    void run(int steps) {
      for (int i = 0; i < 3; i++) {
        take(register(node(i)));
      }
      for (int step = 0; step < steps; step++) {
        now = now.plusMillis(random.nextInt(4_000));
        take(command());
        if (step % 40 == 0) {
          compare();
        }
      }
      compare();
    }

    private void take(Command command) {
      state.advance(now);
      Decision decision = decider.decide(state, command, now);
      List<Event> events =
          switch (decision) {
            case Decision.Accepted accepted -> accepted.events();
            case Decision.Rejected(Rejection _, List<Event> happened) -> happened;
            case Decision.Repeated _ -> List.of();
          };
      if (events.isEmpty()) {
        return;
      }
      entries.add(new Entry(now, events));
      for (Event event : events) {
        check(event);
        state.apply(event, now);
        if (restored != null) {
          restored.apply(event, now);
        }
      }
    }

    /// What the rules of leasing forbid, seen from outside.
    private void check(Event event) {
      if (event instanceof Event.TaskLeased e) {
        assertThat(held.put(e.lease().task(), e.node())).as("holder of %s", e).isNull();
        Node node = state.node(e.node()).orElseThrow();
        Task task = state.task(e.lease().task()).orElseThrow();
        Job job = state.job(e.lease().task().job()).orElseThrow();
        assertThat(job.paused()).isFalse();
        assertThat(node.mode()).isEqualTo(NodeMode.ACTIVE);
        assertThat(node.leases()).isLessThan(LIMITS.leasesPerNodeMax());
        assertThat(task.terms().requirement().allows(e.node())).isTrue();
        assertThat(task.terms().requirement().resources().fitInto(node.free())).isTrue();
        assertThat(node.profile().accepts(job.order().submitter())).isTrue();
        leases.add(e.lease());
        for (int after : state.spec(task).start().after()) {
          assertThat(state.task(new TaskId(job.id(), after))).isEmpty();
        }
      } else if (event instanceof Event.LeaseEnding e) {
        held.remove(e.lease().task());
      } else if (event instanceof Event.TaskSucceeded e) {
        assertThat(held.remove(e.lease().task())).isNotNull();
      } else if (event instanceof Event.TaskBuried e) {
        held.remove(e.task());
      } else if (event instanceof Event.JobEnding e) {
        held.keySet().removeIf(task -> task.job().equals(e.job()));
      }
    }

    private void compare() {
      QueueState replayed = new QueueState(LIMITS);
      entries.forEach(entry -> entry.events().forEach(event -> replayed.apply(event, entry.at())));
      replayed.advance(now);
      state.advance(now);
      same(replayed, "replayed");
      QueueState image = restored;
      if (image != null) {
        image.advance(now);
        same(image, "snapshot and tail");
      }
      restored = new QueueState(LIMITS);
      restored.restore(state.image().iterator());
      same(restored, "snapshot");
      Set<TaskId> leased = new HashSet<>();
      state.leases().forEach(task -> leased.add(task.id()));
      assertThat(leased).isEqualTo(held.keySet());
    }

    private void same(QueueState other, String what) {
      List<String> expected = new ArrayList<>();
      state.describe(expected::add);
      List<String> found = new ArrayList<>();
      other.describe(found::add);
      assertThat(found).as(what).containsExactlyElementsOf(expected);
    }

    private Command command() {
      return switch (random.nextInt(25)) {
        case 0, 1, 2 -> submit();
        case 3, 4, 5, 6, 7 -> new LeaseTasks(asks());
        case 8, 9, 10 -> new CompleteTask(anyLease(), Scenario.result(), next());
        case 11, 12 -> new FailAttempt(anyLease(), "boom", random.nextInt(3) > 0);
        case 13 -> new ExpireLeases(List.of(anyLease(), anyLease()).stream().distinct().toList());
        case 14 -> new ReleaseLease(anyLease());
        case 15 -> random.nextInt(4) == 0 ? new CancelJob(job()) : new PassTime();
        case 16 -> new PauseJob(job());
        case 17, 18 -> new ResumeJob(job());
        case 19 -> new ReviveTasks(job(), List.of(random.nextInt(4), random.nextInt(4)));
        case 20 -> new SetNodeMode(node(random.nextInt(3)), mode());
        case 21 -> random.nextBoolean() ? new LeaveNode(node(random.nextInt(3))) : forget();
        case 23 -> record();
        case 22 -> random.nextBoolean() ? throttle() : policy();
        default -> random.nextInt(5) == 0 ? register(node(random.nextInt(3))) : new PassTime();
      };
    }

    private Command submit() {
      JobId job = new JobId("j" + jobs++);
      JobSpec.Order order =
          new JobSpec.Order(
              "s" + random.nextInt(3),
              random.nextInt(10),
              random.nextInt(3) == 0 ? random.nextInt(60) : 100,
              random.nextInt(6) == 0 ? now.plusSeconds(random.nextInt(60)) : null);
      JobSpec.IdempotencyKey key =
          random.nextInt(4) == 0
              ? new JobSpec.IdempotencyKey("k" + random.nextInt(8), new BlobHash("0".repeat(64)))
              : null;
      return new SubmitJob(
          job, new JobSpec("a job", "tasks", "{}", List.of(), key, order), tasks(4));
    }

    private List<TaskSpec> next() {
      return random.nextInt(3) == 0 ? tasks(3) : List.of();
    }

    private List<TaskSpec> tasks(int max) {
      int count = 1 + random.nextInt(max);
      List<TaskSpec> tasks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        List<Integer> after =
            i > 0 && random.nextInt(3) == 0 ? List.of(random.nextInt(i)) : List.of();
        Instant notBefore = random.nextInt(5) == 0 ? now.plusSeconds(random.nextInt(30)) : null;
        Resources resources =
            random.nextInt(4) == 0 ? new Resources(1 + random.nextInt(3), 0, 0) : Resources.NONE;
        Terms terms =
            new Terms(
                new Requirement(
                    "kind" + random.nextInt(2),
                    null,
                    resources,
                    random.nextInt(5) == 0 ? new NodeId("n" + random.nextInt(3)) : null),
                new RetryPolicy(
                    1 + random.nextInt(3), Duration.ofSeconds(1), Duration.ofSeconds(20)),
                Duration.ofSeconds(30),
                random.nextInt(3) == 0 ? "key" + random.nextInt(2) : null,
                1 + random.nextInt(5),
                random.nextInt(8) == 0 ? now.plusSeconds(random.nextInt(90)) : null);
        tasks.add(
            new TaskSpec(
                terms,
                "it",
                null,
                "{}",
                List.of(),
                new TaskSpec.Start(notBefore, after, random.nextInt(6) == 0)));
      }
      return tasks;
    }

    private List<Ask> asks() {
      List<Ask> asks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        if (random.nextInt(2) == 0) {
          asks.add(
              new Ask(
                  node(i),
                  1 + random.nextInt(4),
                  random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(8)));
        }
      }
      return asks;
    }

    private LeaseId anyLease() {
      return leases.isEmpty()
          ? new LeaseId(new TaskId(new JobId("none"), 0), 1)
          : leases.get(Math.max(leases.size() - 1 - random.nextInt(12), 0));
    }

    private Command register(NodeId node) {
      return new RegisterNode(
          node,
          new NodeProfile(
              "box",
              List.of(
                  new Capability("kind0", null, "cpu", random.nextInt(3)),
                  new Capability("kind" + random.nextInt(2), null, "cpu", 1)),
              new Resources(random.nextInt(5), 0, 0),
              random.nextInt(4) == 0 ? List.of("s0", "s1") : List.of(),
              "{}"));
    }

    private Command throttle() {
      Throttle.Scope scope =
          random.nextBoolean()
              ? new Throttle.Scope(true, "kind" + random.nextInt(2))
              : new Throttle.Scope(false, "key" + random.nextInt(2));
      return new SetThrottle(
          scope,
          new Throttle(
              random.nextInt(3) > 0 ? 1 + random.nextInt(4) : null,
              random.nextInt(3) == 0 ? 1 + random.nextInt(200) : null));
    }

    private Command policy() {
      RetryPolicy retry =
          new RetryPolicy(1 + random.nextInt(4), Duration.ofSeconds(1), Duration.ofSeconds(9));
      return new SetKindPolicy(
          "kind" + random.nextInt(2), new KindPolicy(retry, Duration.ofSeconds(5)));
    }

    private Command record() {
      RecordId id = new RecordId("schedule", "r" + random.nextInt(4));
      Long expected = random.nextBoolean() ? null : random.nextLong(3);
      return random.nextInt(3) == 0
          ? new RemoveRecord(id, expected)
          : new PutRecord(id, expected, "[" + random.nextInt(3) + "]", List.of());
    }

    private Command forget() {
      return new ForgetJobs(List.of(job()));
    }

    private NodeMode mode() {
      return random.nextInt(4) > 0
          ? NodeMode.ACTIVE
          : random.nextBoolean() ? NodeMode.PAUSED : NodeMode.DRAINING;
    }

    private JobId job() {
      return new JobId("j" + Math.max(jobs - 1 - random.nextInt(8), 0));
    }

    private static NodeId node(int i) {
      return new NodeId("n" + i);
    }
  }
}
