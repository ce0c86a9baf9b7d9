package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.at;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.fail;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Command.PutRecord;
import org.mycoswarm.queue.domain.Command.SetKindPolicy;
import org.mycoswarm.queue.domain.Command.SetNodeMode;
import org.mycoswarm.queue.domain.Command.SetThrottle;
import org.mycoswarm.queue.domain.StateImage.BandImage;
import org.mycoswarm.queue.domain.StateImage.EndedImage;
import org.mycoswarm.queue.domain.StateImage.GateImage;
import org.mycoswarm.queue.domain.StateImage.Head;
import org.mycoswarm.queue.domain.StateImage.JobImage;
import org.mycoswarm.queue.domain.StateImage.KeyImage;
import org.mycoswarm.queue.domain.StateImage.LineImage;
import org.mycoswarm.queue.domain.StateImage.NodeImage;
import org.mycoswarm.queue.domain.StateImage.Place;
import org.mycoswarm.queue.domain.StateImage.PolicyImage;
import org.mycoswarm.queue.domain.StateImage.RecordImage;
import org.mycoswarm.queue.domain.StateImage.SubmitterImage;
import org.mycoswarm.queue.domain.StateImage.TaskImage;

/// What a snapshot writes down is the whole state; and were any of it missed, the hash would show
/// it. Without the second, nobody would know what the first is worth.
class StateImageTest {
  private static final NodeId EMBEDS = new NodeId("n2");
  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(1));

  @Test
  void aStateFromItsImageHasTheSameHash() {
    QueueState state = everything();

    assertThat(restored(state.image()).hash()).isEqualTo(state.hash());
  }

  @Test
  void aStateFromItsImageDecidesTheSameLater() {
    QueueState state = everything();
    QueueState restored = restored(state.image());
    Decider decider = new Decider(Limits.DEFAULT);
    Instant later = at(600);
    LeaseTasks ask = new LeaseTasks(List.of(new Ask(new NodeId("n1"), 9), new Ask(EMBEDS, 9)));

    state.advance(later);
    restored.advance(later);

    assertThat(restored.hash()).isEqualTo(state.hash());
    assertThat(decider.decide(restored, ask, later)).isEqualTo(decider.decide(state, ask, later));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aFieldThatTheImageMissesShowsInTheHash(Loss loss) {
    QueueState state = everything();
    List<StateImage> whole = state.image().toList();
    List<StateImage> less = whole.stream().map(loss.lose()).toList();

    assertThat(less).as("the image without %s", loss).isNotEqualTo(whole);
    assertThat(restored(less.stream()).hash()).isNotEqualTo(state.hash());
  }

  @ParameterizedTest
  @MethodSource("pieces")
  void aPieceThatTheImageMissesShowsInTheHash(Class<? extends StateImage> piece) {
    QueueState state = everything();

    assertThat(state.image()).anyMatch(piece::isInstance);
    assertThat(restored(without(piece)).hash()).isNotEqualTo(state.hash());
  }

  static Stream<Class<? extends StateImage>> pieces() {
    return Stream.of(
        Head.class,
        PolicyImage.class,
        RecordImage.class,
        GateImage.class,
        KeyImage.class,
        EndedImage.class,
        BandImage.class);
  }

  @Test
  void theHashSeesToWhichNodeATaskIsPinned() {
    QueueState one = given(Scenario.job("a").of(work("chunk").onlyOn("n1"))).state();
    QueueState other = given(Scenario.job("a").of(work("chunk").onlyOn("n2"))).state();

    assertThat(one.hash()).isNotEqualTo(other.hash());
    assertThat(restored(one.image()).hash()).isEqualTo(one.hash());
  }

  @Test
  void anImageThatMissesWhatOthersBelongToIsRefused() {
    assertThatThrownBy(() -> restored(without(JobImage.class)))
        .hasMessage("Expected a job before what belongs to it, but there is none");
    assertThatThrownBy(() -> restored(without(LineImage.class)))
        .hasMessage("Expected a line before what belongs to it, but there is none");
  }

  /// A field, and an image in which nothing stands in its place.
  record Loss(String field, UnaryOperator<StateImage> lose) {
    @Override
    public String toString() {
      return field;
    }
  }

  static Stream<Loss> losses() {
    return Stream.of(queue(), jobs(), tasks(), turns()).flatMap(losses -> losses);
  }

  private static Stream<Loss> queue() {
    return Stream.of(
        of(Head.class, "time", p -> new Head(Instant.EPOCH, p.turns())),
        of(Head.class, "turns", p -> new Head(p.time(), 0)),
        of(
            NodeImage.class,
            "profile",
            p -> new NodeImage(p.node(), new NodeProfile("", List.of(), "{}"), p.mode())),
        of(NodeImage.class, "mode", p -> new NodeImage(p.node(), p.profile(), NodeMode.ACTIVE)),
        of(
            PolicyImage.class,
            "policy",
            p -> new PolicyImage(p.kind(), new KindPolicy(RETRY, Duration.ofSeconds(1)))),
        record("version", r -> new RecordVersion(r.id(), 77, r.json(), r.blobs())),
        record("json", r -> new RecordVersion(r.id(), r.version(), "[]", r.blobs())),
        record("blobs", r -> new RecordVersion(r.id(), r.version(), r.json(), List.of())),
        of(
            GateImage.class,
            "throttle",
            p -> new GateImage(p.scope(), new Throttle(1, null), p.next())),
        of(GateImage.class, "next", p -> new GateImage(p.scope(), p.throttle(), Instant.EPOCH)),
        of(KeyImage.class, "job", p -> new KeyImage(p.key(), new JobId("x"), p.fingerprint())),
        of(KeyImage.class, "fingerprint", p -> new KeyImage(p.key(), p.job(), hash("f"))),
        of(EndedImage.class, "tasks", p -> new EndedImage(p.job(), 0, p.attempts())),
        of(EndedImage.class, "attempts", p -> new EndedImage(p.job(), p.tasks(), 77)));
  }

  private static Stream<Loss> jobs() {
    return Stream.of(
        of(JobImage.class, "finished", p -> new JobImage(p.job(), false, p.attempts())),
        of(JobImage.class, "attempts", p -> new JobImage(p.job(), p.finished(), 77)),
        jobs("order", j -> j.with(JobSpec.Order.USUAL)),
        jobs("paused", j -> j.paused(false)),
        jobs("openBeforeLast", j -> j.added(0, -j.openBeforeLast())),
        jobs("succeeded", j -> counts(j, 0, j.buried())),
        jobs("buried", j -> counts(j, j.succeeded(), 0)));
  }

  private static Stream<Loss> tasks() {
    return Stream.of(
        task("spec", t -> task(t, t.spec().withoutDeadline(), t.attempt(), t.failures())),
        task("attempt", t -> task(t, t.spec(), 0, t.failures())),
        task("failures", t -> task(t, t.spec(), t.attempt(), 0)),
        task("near", t -> task(t, null, t.missing(), t.until(), t.reason(), t.waitsForAll())),
        task("missing", t -> task(t, t.near(), 0, t.until(), t.reason(), t.waitsForAll())),
        task(
            "until",
            t ->
                task(
                    t,
                    t.near(),
                    t.missing(),
                    t.until() == null ? null : Instant.EPOCH,
                    t.reason(),
                    t.waitsForAll())),
        task(
            "reason",
            t ->
                task(
                    t,
                    t.near(),
                    t.missing(),
                    t.until(),
                    t.reason() == null ? null : "",
                    t.waitsForAll())),
        task("waitsForAll", t -> task(t, t.near(), t.missing(), t.until(), t.reason(), false)));
  }

  private static Stream<Loss> turns() {
    return Stream.of(
        of(LineImage.class, "turn", p -> new LineImage(p.requirement(), p.limitKey(), 77)),
        band("since", b -> band(b, Instant.EPOCH, b.virtualTime(), b.lastCost(), b.nextTurn())),
        band("virtualTime", b -> band(b, b.since(), 77, b.lastCost(), b.nextTurn())),
        band("lastCost", b -> band(b, b.since(), b.virtualTime(), 77, b.nextTurn())),
        band("nextTurn", b -> band(b, b.since(), b.virtualTime(), b.lastCost(), 77)),
        submitter("turn", s -> submitter(s, 77, s.tag(), s.jobs())),
        submitter("tag", s -> submitter(s, s.turn(), 77, s.jobs())),
        submitter("virtualTime", s -> jobsOf(s, 77, s.lastCost(), s.nextTurn())),
        submitter("lastCost", s -> jobsOf(s, s.virtualTime(), 77, s.nextTurn())),
        submitter("nextTurn", s -> jobsOf(s, s.virtualTime(), s.lastCost(), 77)),
        place("turn", p -> new Place(p.job(), 77, p.tag())),
        place("tag", p -> new Place(p.job(), p.turn(), 77)));
  }

  /// At least one of everything that a state can hold.
  private static QueueState everything() {
    Scenario queue =
        given(node("n1").can("chunk").registers(), node("n2").can("embed").registers())
            .and(node("n3").can("chunk").registers())
            .and(new SetNodeMode(new NodeId("n3"), NodeMode.PAUSED))
            .and(new SetThrottle(Throttle.Scope.parse("kind:chunk"), new Throttle(50, 600)))
            .and(new SetKindPolicy("chunk", new KindPolicy(RETRY, Duration.ofSeconds(9))))
            .and(new PutRecord(new RecordId("schedule", "n"), 0L, "{}", List.of(hash("a"))))
            .and(Scenario.job("fan").of(work("chunk"), work("embed").cost(3)), lease(1))
            .and(complete(held("fan.0.1"), work("embed").spec()));
    queue.and(Scenario.job("buried").of(work("chunk")), lease(1));
    queue.and(new FailAttempt(held("buried.0.1"), "no", false)).after(Duration.ofSeconds(1));
    queue.and(Scenario.job("retried").of(work("chunk")), lease(1), fail(held("retried.0.1")));
    queue.and(
        Scenario.job("many")
            .by("ann")
            .priority(7)
            .deadline(at(9_000))
            .of(
                work("chunk"),
                work("chunk").after(0),
                work("chunk").last(),
                work("chunk").notBefore(at(500)),
                work("embed").limitKey("k").deadline(at(800)),
                work("chunk").onlyOn("n9")));
    queue.and(lease(1)).after(Duration.ofSeconds(1));
    queue.and(Scenario.job("paused").of(work("chunk")), new PauseJob(new JobId("paused")));
    queue.and(Scenario.job("gone").of(work("chunk")), new CancelJob(new JobId("gone")));
    JobSpec.IdempotencyKey key = new JobSpec.IdempotencyKey("k", hash("0"));
    return queue.and(submit(new JobId("keyed"), key, work("embed").spec())).state();
  }

  private static QueueState restored(Stream<StateImage> image) {
    QueueState state = new QueueState(Limits.DEFAULT);
    state.restore(image.iterator());
    return state;
  }

  private static Stream<StateImage> without(Class<? extends StateImage> piece) {
    return everything().image().filter(each -> !piece.isInstance(each));
  }

  private static BlobHash hash(String digit) {
    return new BlobHash(digit.repeat(64));
  }

  private static <P extends StateImage> Loss of(Class<P> type, String field, Function<P, P> lose) {
    return new Loss(
        type.getSimpleName() + "." + field,
        piece -> type.isInstance(piece) ? lose.apply(type.cast(piece)) : piece);
  }

  private static Loss jobs(String field, UnaryOperator<Job> lose) {
    return of(
        JobImage.class,
        "job." + field,
        p -> new JobImage(lose.apply(p.job()), p.finished(), p.attempts()));
  }

  private static Loss record(String field, UnaryOperator<RecordVersion> lose) {
    return of(RecordImage.class, "record." + field, p -> new RecordImage(lose.apply(p.record())));
  }

  private static Loss task(String field, UnaryOperator<TaskImage> lose) {
    return of(TaskImage.class, field, lose);
  }

  private static Loss band(String field, UnaryOperator<BandImage> lose) {
    return of(BandImage.class, field, lose);
  }

  private static Loss submitter(String field, UnaryOperator<SubmitterImage> lose) {
    return of(
        BandImage.class,
        "submitters." + field,
        b ->
            new BandImage(
                b.priority(),
                b.since(),
                b.virtualTime(),
                b.lastCost(),
                b.nextTurn(),
                b.submitters().stream().map(lose).toList()));
  }

  private static Loss place(String field, UnaryOperator<Place> lose) {
    return submitter(
        "jobs." + field,
        s -> submitter(s, s.turn(), s.tag(), s.jobs().stream().map(lose).toList()));
  }

  private static Job counts(Job j, int succeeded, int buried) {
    return new Job(
        j.id(), j.order(), j.tasks(), j.open(), j.openBeforeLast(), succeeded, buried, j.paused());
  }

  private static TaskImage task(TaskImage t, TaskSpec spec, int attempt, int failures) {
    return new TaskImage(
        t.task(),
        spec,
        t.state(),
        attempt,
        failures,
        t.near(),
        t.missing(),
        t.until(),
        t.node(),
        t.reason(),
        t.waitsForAll());
  }

  private static TaskImage task(
      TaskImage t,
      @Nullable NodeId near,
      int missing,
      @Nullable Instant until,
      @Nullable String reason,
      boolean waitsForAll) {
    return new TaskImage(
        t.task(),
        t.spec(),
        t.state(),
        t.attempt(),
        t.failures(),
        near,
        missing,
        until,
        t.node(),
        reason,
        waitsForAll);
  }

  private static BandImage band(
      BandImage b, Instant since, long virtualTime, long lastCost, long nextTurn) {
    return new BandImage(b.priority(), since, virtualTime, lastCost, nextTurn, b.submitters());
  }

  private static SubmitterImage submitter(SubmitterImage s, long turn, long tag, List<Place> jobs) {
    return new SubmitterImage(
        s.submitter(), turn, tag, s.virtualTime(), s.lastCost(), s.nextTurn(), jobs);
  }

  private static SubmitterImage jobsOf(
      SubmitterImage s, long virtualTime, long lastCost, long nextTurn) {
    return new SubmitterImage(
        s.submitter(), s.turn(), s.tag(), virtualTime, lastCost, nextTurn, s.jobs());
  }
}
