package org.mycoswarm.broker.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.SteadyClock;
import org.mycoswarm.queue.engine.WriterThread;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

/// The writer's waiting room and the timekeeper, with a real writer on its thread and a real clock;
/// leases are short, so that nothing has to sleep for long.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SchedulingTest {
  private static final NodeId NODE = new NodeId("n1");
  private static final NodeId OTHER = new NodeId("n2");
  private static final CommandId CAUSE = new CommandId("test");
  private static final int TIMERS = 20;
  private static final Duration LONG = Duration.ofSeconds(30);

  /// A steady clock that can be put forward: as if the whole process had stood still.
  private static final class JumpingClock extends Clock {
    private final Clock steady = new SteadyClock(Clock.systemUTC(), Instant.EPOCH);
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return steady.instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return steady.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return steady.withZone(zone);
    }
  }

  private final JumpingClock clock = new JumpingClock();
  private final LeaseDeadlines deadlines =
      new LeaseDeadlines(clock, new QueueState(Limits.DEFAULT).leases());
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final QueueWriter writer =
      new QueueWriter(
          InMemoryEventLog.create(),
          new JsonEventCodec(),
          new Decider(Limits.DEFAULT),
          new QueueState(Limits.DEFAULT),
          clock,
          QueueWriter.Size.DEFAULT,
          deadlines);
  private final WriterThread thread = new WriterThread(writer, failure::complete);
  private final Timekeeper timekeeper = new Timekeeper(writer, deadlines, clock, failure::complete);

  @BeforeEach
  void start() {
    thread.start();
    timekeeper.start();
    NodeProfile profile =
        new NodeProfile("box", List.of(new Capability("chunk", null, "cpu", 0)), "{}");
    accepted(writer.submit(CAUSE, new Command.RegisterNode(NODE, profile)));
    accepted(writer.submit(CAUSE, new Command.RegisterNode(OTHER, profile)));
  }

  @AfterEach
  void stop() {
    timekeeper.close();
    thread.close();
    assertThat(failure).isNotDone();
  }

  @Test
  void aParkedNodeGetsATaskAsSoonAsItIsSubmitted() {
    CompletableFuture<Answer> parked = lease(LONG);

    submit("a", Duration.ofSeconds(30));

    assertThat(accepted(parked).leased()).hasSize(1);
  }

  @Test
  void aNodeThatFindsNothingInTimeIsSentAway() {
    assertThat(accepted(lease(Duration.ofMillis(50))).leased()).isEmpty();
  }

  @Test
  void aNodeThatWaitsIsSentAwayWhenTheBrokerCloses() {
    CompletableFuture<Answer> parked = lease(LONG);

    CompletableFuture<Boolean> away = writer.sendAllAway();
    assertThat(away.orTimeout(40, TimeUnit.SECONDS).join()).isTrue();

    assertThat(accepted(parked).leased()).isEmpty();
  }

  @Test
  void anUnknownNodeIsAnsweredAtOnce() {
    assertThat(join(lease(new NodeId("who"), LONG))).isInstanceOf(Answer.Rejected.class);
  }

  @Test
  void aSilentNodesLeaseExpiresAndTheParkedNodeGetsTheTask() {
    submit("a", Duration.ofMillis(100));
    assertThat(accepted(lease(LONG)).leased()).hasSize(1);

    Answer.Accepted again = accepted(lease(OTHER, LONG));

    assertThat(again.leased())
        .extracting(Answer.Leased::lease)
        .containsExactly(LeaseId.parse("a.0.2"));
  }

  @Test
  void aNodeThatDiedWhileItWasParkedDoesNotGetItsOwnTaskAgain() {
    submit("a", Duration.ofMillis(500));
    assertThat(accepted(lease(LONG)).leased()).hasSize(1);

    CompletableFuture<Answer> dead = lease(LONG);
    CompletableFuture<Answer> alive = lease(OTHER, LONG);

    assertThat(accepted(dead).leased()).isEmpty();
    assertThat(accepted(alive).leased())
        .extracting(Answer.Leased::lease)
        .containsExactly(LeaseId.parse("a.0.2"));
  }

  @Test
  void aNodeThatHandsItsTaskBackDoesNotGetItInACallThatWasParkedBefore() {
    submit("a", LONG);
    LeaseId lease = accepted(lease(LONG)).leased().getFirst().lease();

    CompletableFuture<Answer> stopped = lease(LONG);
    accepted(writer.submit(CAUSE, new Command.ReleaseLease(lease)));

    assertThat(accepted(stopped).leased()).isEmpty();
    assertThat(accepted(lease(OTHER, LONG)).leased()).hasSize(1);
  }

  @Test
  void whileTheBrokerItselfWasAwayNoLeaseRanOut() {
    submit("a", Duration.ofSeconds(10));
    LeaseId lease = accepted(lease(LONG)).leased().getFirst().lease();

    clock.ahead = Duration.ofMinutes(1);

    // Were the minute counted the other node would get the task with the next tick.
    assertThat(accepted(lease(OTHER, Duration.ofSeconds(1))).leased()).isEmpty();
    assertThat(deadlines.renew(NODE, List.of(lease)).renewed()).containsExactly(lease);
  }

  @Test
  void aNodeThatRenewsKeepsItsLease() {
    submit("a", Duration.ofMillis(400));
    LeaseId lease = accepted(lease(LONG)).leased().getFirst().lease();
    long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();

    while (System.nanoTime() < end) {
      assertThat(deadlines.renew(NODE, List.of(lease)).renewed()).containsExactly(lease);
      assertThat(accepted(lease(Duration.ofMillis(50))).leased()).isEmpty();
    }
  }

  /// How late they are on a quiet machine is measured, see docs/performance.md; here others build
  /// and test, too.
  @Test
  void startsThatArePutOffComeInTimeToANodeThatWaits() {
    Map<String, Instant> due = new HashMap<>();
    Instant first = clock.instant().plusMillis(200);
    for (int i = 0; i < TIMERS; i++) {
      due.put("a" + i, first.plusMillis(25L * i));
    }

    due.forEach((job, notBefore) -> submit(job, LONG, notBefore));

    assertInTime(NODE, due);
  }

  @Test
  void leasesThatRunOutComeInTimeToANodeThatWaits() {
    Map<String, Instant> due = new HashMap<>();
    for (int i = 0; i < TIMERS; i++) {
      Duration leaseTime = Duration.ofMillis(1_000 + 25L * i);
      submit("a" + i, leaseTime);
      assertThat(accepted(lease(LONG)).leased()).hasSize(1);
      due.put("a" + i, clock.instant().plus(leaseTime));
    }

    assertInTime(OTHER, due);
  }

  /// Leases one after the other, each as soon as it can be had.
  private void assertInTime(NodeId node, Map<String, Instant> due) {
    List<Duration> late = new ArrayList<>();
    for (int i = 0; i < due.size(); i++) {
      Answer.Accepted answer = accepted(lease(node, LONG));
      Instant now = clock.instant();
      LeaseId lease = answer.leased().getFirst().lease();
      late.add(Duration.between(due.get(lease.task().job().value()), now));
    }
    late.sort(null);
    System.out.println("SchedulingTest: timers were late by " + late);
    assertThat(late.get(TIMERS / 2)).as("half of them").isLessThan(Duration.ofMillis(250));
    assertThat(late.getLast()).as("the last").isLessThan(Duration.ofSeconds(5));
  }

  private void submit(String job, Duration leaseTime) {
    submit(job, leaseTime, null);
  }

  private void submit(String job, Duration leaseTime, @Nullable Instant notBefore) {
    RetryPolicy retry = new RetryPolicy(3, Duration.ofMillis(100), Duration.ofMillis(100));
    TaskSpec task =
        new TaskSpec(
            new Terms(new Requirement("chunk", null), retry, leaseTime, null, 1, null),
            "it",
            null,
            "{}",
            List.of(),
            new TaskSpec.Start(notBefore, List.of(), false));
    JobSpec spec = new JobSpec("job", "tasks", "{}", List.of(), null);
    accepted(writer.submit(CAUSE, new Command.SubmitJob(new JobId(job), spec, List.of(task))));
  }

  private CompletableFuture<Answer> lease(Duration wait) {
    return lease(NODE, wait);
  }

  private CompletableFuture<Answer> lease(NodeId node, Duration wait) {
    return writer.lease(CAUSE, new Ask(node, 1), wait);
  }

  private static Answer.Accepted accepted(CompletableFuture<Answer> answer) {
    assertThat(join(answer)).isInstanceOf(Answer.Accepted.class);
    return (Answer.Accepted) join(answer);
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    return answer.orTimeout(40, TimeUnit.SECONDS).join();
  }
}
