package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.mycoswarm.queue.domain.Scenario.JOB;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.OTHER;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.task;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.TaskDraft;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

class QueueWriterTest {
  private final SimClock clock = new SimClock();
  private final InMemoryEventLog log = InMemoryEventLog.create();

  @Test
  void nothingIsAnsweredBeforeTheSync() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    CompletableFuture<Answer> answer = engine.submit(submit(task("chunk")));
    log.disk().failSync(1);

    assertThatThrownBy(engine::turn).isInstanceOf(LogFailure.class);

    assertThat(answer).isCompletedExceptionally();
    assertThatThrownBy(answer::join)
        .hasCauseInstanceOf(WriterStopped.class)
        .hasMessageContaining(
            "Expected the writer to run, but it has stopped; the broker replays its log at the next"
                + " start, ask again then");
  }

  @Test
  void oneSyncServesEveryCommandOfABatch() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(engine.submit(submit(new JobId("j" + i), null, task("chunk"))));
    }
    log.disk().failSync(2); // a second sync would fail

    engine.turn();

    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    assertThat(log.durable()).isEqualTo(new LogPosition(100));
  }

  @Test
  void aStoppedWriterRefusesWhatComes() {
    Engine engine = new Engine(log, clock);
    CompletableFuture<Answer> before = engine.submit(submit());

    engine.writer.stop(null);
    CompletableFuture<Answer> after = engine.submit(submit());

    assertThatThrownBy(before::join).hasCauseInstanceOf(WriterStopped.class);
    assertThatThrownBy(after::join).hasCauseInstanceOf(WriterStopped.class);
  }

  @Test
  void aFullMailboxRefusesAtOnce() {
    Engine engine = new Engine(log, clock, new QueueWriter.Size(2, 10));
    CompletableFuture<Answer> unused = engine.submit(submit(new JobId("a"), null));
    CompletableFuture<Answer> alsoUnused = engine.submit(submit(new JobId("b"), null));

    assertThatThrownBy(() -> engine.submit(submit(new JobId("c"), null)).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(MailboxFull.class)
        .hasMessageContaining(
            "Expected room in the writer's mailbox, but 2 commands wait in it; nothing was changed,"
                + " try again in a second");
    assertThat(List.of(unused, alsoUnused)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void aRepeatWithinTheSameBatchIsAnsweredWithTheFirst() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    JobSpec.IdempotencyKey key = new JobSpec.IdempotencyKey("k", new BlobHash("0".repeat(64)));
    CompletableFuture<Answer> first = engine.submit(submit(JOB, key));
    CompletableFuture<Answer> second = engine.submit(submit(new JobId("other"), key));

    engine.turn();

    assertThat(first.join()).isInstanceOf(Answer.Accepted.class);
    assertThat(second.join()).isEqualTo(new Answer.Repeated(JOB, new LogPosition(1)));
  }

  @Test
  void anEntryThatIsTooLongIsRefusedAndChangesNothing() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    String before = engine.liveHash();
    char[] noise = new char[5 << 20];
    SplittableRandom random = new SplittableRandom(1);
    Arrays.setAll(
        new int[noise.length], i -> noise[i] = (char) ('\u0100' + random.nextInt(0x4000)));
    String detail = new String(noise);

    Answer answer =
        engine.ask(new Command.RegisterNode(NODE, new NodeProfile("box", List.of(), detail)));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Rejected.class,
            rejected ->
                assertThat(rejected.why().message())
                    .startsWith(
                        "Expected an entry for one command in bytes of at most 8,388,608, but it is"));
    assertThat(engine.liveHash()).isEqualTo(before);
    assertThat(log.durable()).isEqualTo(LogPosition.START);
  }

  @Test
  void whatIsLeasedComesWithItsWork() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    engine.ask(submit(task("chunk")));

    Answer answer = engine.ask(lease(1));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Accepted.class,
            accepted ->
                assertThat(accepted.leased())
                    .containsExactly(new Answer.Leased(lease(0, 1), task("chunk"))));
  }

  @Test
  void aNodeThatWaitsGetsATaskWithTheSameSyncAsItsSubmission() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    CompletableFuture<Answer> waiting = wait(engine, NODE);
    engine.turn();
    assertThat(waiting).isNotDone();
    log.disk().failSync(2); // a second sync would fail

    engine.ask(submit(task("chunk")));

    assertThat(waiting).isCompletedWithValueMatching(answer -> leased(answer) == 1);
  }

  @Test
  void aNodeThatWaitsInVainIsToldSoWhenItsTimeIsOver() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    CompletableFuture<Answer> waiting = wait(engine, NODE);
    engine.turn();

    clock.advance(Duration.ofSeconds(10));
    engine.turn();

    assertThat(waiting).isCompletedWithValueMatching(answer -> leased(answer) == 0);
  }

  @Test
  void aNodeThatWaitsGetsARetryWhenItFallsDue() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    engine.ask(submit(task("chunk")));
    engine.ask(lease(1));
    engine.ask(new Command.FailAttempt(lease(0, 1), "it broke", true));
    CompletableFuture<Answer> waiting = wait(engine, NODE);
    engine.turn();
    assertThat(waiting).isNotDone();

    clock.advance(Duration.ofSeconds(1));
    engine.turn();

    assertThat(waiting).isCompletedWithValueMatching(answer -> leased(answer) == 1);
  }

  @Test
  void aNodeThatLetALeaseExpireIsSentAwayBeforeTheTaskIsHandedOutAgain()
      throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    engine.ask(submit(task("chunk")));
    engine.ask(lease(1));
    CompletableFuture<Answer> waiting = wait(engine, NODE);
    engine.turn();

    engine.ask(new Command.ExpireLeases(List.of(lease(0, 1))));

    assertThat(waiting).isCompletedWithValueMatching(answer -> leased(answer) == 0);
    assertThat(leased(engine.ask(new Command.LeaseTasks(NODE, 1)))).isEqualTo(1);
  }

  @Test
  void aCallThatANodeMadeBeforeItRegisteredAnewGetsNothing() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    CompletableFuture<Answer> ofTheDead = wait(engine, NODE);
    engine.turn();
    engine.ask(register(NODE, "chunk"));

    engine.ask(submit(task("chunk")));

    assertThat(ofTheDead).isCompletedWithValueMatching(answer -> leased(answer) == 0);
    assertThat(leased(engine.ask(new Command.LeaseTasks(NODE, 1)))).isEqualTo(1);
  }

  @Test
  void anExpiryThatIsTooLargeForOneEntryIsRefusedOnceAndTheWriterGoesOn()
      throws InterruptedException {
    Engine engine = new Engine(log, clock, QueueWriter.Size.DEFAULT, new BulkyExpiries());
    engine.ask(register(NODE, "chunk"));
    engine.ask(submit(task("chunk")));
    engine.ask(lease(1));

    Answer answer =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> engine.ask(new Command.ExpireLeases(List.of(lease(0, 1)))));

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Rejected.class,
            rejected ->
                assertThat(rejected.why().message())
                    .startsWith("Expected an entry for one command in bytes of at most 8,388,608"));
    assertThat(engine.ask(submit(new JobId("next"), null))).isInstanceOf(Answer.Accepted.class);
  }

  /// Writes leases that expire larger than an entry may be, everything else as usual.
  private record BulkyExpiries() implements EventCodec {
    @Override
    public byte[] encode(Instant at, CommandId cause, List<Event> events) {
      return events.stream().anyMatch(Event.LeaseExpired.class::isInstance)
          ? new byte[LogRecord.BODY_BYTES_MAX + 1]
          : Engine.CODEC.encode(at, cause, events);
    }

    @Override
    public LogEntry decode(LogRecord entry) {
      return Engine.CODEC.decode(entry);
    }
  }

  @Test
  void oneTaskGoesToOneOfTheNodesThatWait() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    engine.ask(register(OTHER, "chunk"));
    List<CompletableFuture<Answer>> waiting = List.of(wait(engine, NODE), wait(engine, OTHER));
    engine.turn();

    engine.ask(submit(task("chunk")));
    engine.ask(submit(new JobId("next"), null, task("chunk")));

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(waiting).allMatch(answer -> leased(answer.join()) == 1);
  }

  @Test
  void aTaskThatComesGoesToTheSmallerOfTwoNodesThatWait() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(node("big").can("chunk").has(new Resources(16, 65_536, 0)).registers());
    engine.ask(node("small").can("chunk").has(new Resources(2, 4_096, 0)).registers());
    CompletableFuture<Answer> big = wait(engine, new NodeId("big"));
    CompletableFuture<Answer> small = wait(engine, new NodeId("small"));
    engine.turn();

    engine.ask(submit(task("chunk")));

    assertThat(small).isCompletedWithValueMatching(answer -> leased(answer) == 1);
    assertThat(big).isNotDone();
  }

  @Test
  void aNodeWhoseSlotsWereKeptInVainGetsWhatElseThereIsAtOnce() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(node("n1").can("chunk").has(new Resources(2, 0, 0)).registers());
    TaskDraft oneCore = work("chunk").takes(new Resources(1, 0, 0));
    engine.ask(job("long").of(oneCore));
    engine.ask(lease(1));
    engine.ask(job("big").of(work("chunk").takes(new Resources(2, 0, 0))));
    clock.advance(Duration.ofSeconds(50));
    engine.ask(job("small").of(oneCore));
    CompletableFuture<Answer> waiting = wait(engine, NODE);
    engine.turn();
    assertThat(waiting).isNotDone();

    engine.ask(new Command.CancelJob(new JobId("big")));

    assertThat(waiting).isCompletedWithValueMatching(answer -> leased(answer) == 1);
  }

  @Test
  void whoWaitsIsSentAwayWhenTheBrokerCloses() throws InterruptedException {
    Engine engine = new Engine(log, clock);
    engine.ask(register(NODE, "chunk"));
    CompletableFuture<Answer> waiting = wait(engine, NODE);
    engine.turn();

    CompletableFuture<Boolean> away = engine.writer.sendAllAway();
    engine.turn();

    assertThat(away).isCompleted();
    assertThat(waiting).isCompletedWithValueMatching(answer -> leased(answer) == 0);
  }

  private static CompletableFuture<Answer> wait(Engine engine, NodeId node) {
    return engine.writer.lease(new CommandId("test"), new Ask(node, 1), Duration.ofSeconds(10));
  }

  private static int leased(Answer answer) {
    return answer instanceof Answer.Accepted accepted ? accepted.leased().size() : -1;
  }
}
