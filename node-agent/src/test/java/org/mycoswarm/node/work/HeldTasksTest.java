package org.mycoswarm.node.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.LeaseGrant;

class HeldTasksTest {
  private final HeldTasks tasks = new HeldTasks(2);

  @Test
  void aStageTakesNoRoomAndIsDroppedAtOnceWhenTheNodeStops() throws Exception {
    tasks.add(List.of(stage("p")));
    HeldTask stage = tasks.takeStage().orElseThrow();

    assertThat(tasks.nextTurn().orElseThrow().want()).isEqualTo(2);
    assertThat(tasks.leases()).containsExactly("p");
    tasks.stop();
    assertThat(stage.dropped()).isTrue();
    assertThat(tasks.takeStage()).isEmpty();
  }

  @Test
  void aStageWhoseLeaseIsLostIsDroppedAndOneThatWaitsIsHandedBack() throws Exception {
    tasks.add(List.of(stage("p"), stage("q"), stage("r")));
    HeldTask stage = tasks.takeStage().orElseThrow();

    tasks.drop(List.of("p", "q"));
    tasks.handBack();

    assertThat(stage.dropped()).isTrue();
    assertThat(tasks.takeUnreported()).containsExactly(Reports.released("r"));
  }

  @Test
  void asksForAsManyAsThereIsRoomFor() throws Exception {
    assertThat(tasks.nextTurn().orElseThrow().want()).isEqualTo(2);
    tasks.unpark();
    tasks.add(List.of(grant("a")));

    assertThat(tasks.nextTurn().orElseThrow().want()).isEqualTo(1);
  }

  @Test
  void whatEndsIsReportedWithTheNextTurnAndRenewedUntilItIsAnswered() throws Exception {
    tasks.add(List.of(grant("a")));
    HeldTask task = tasks.take().orElseThrow();
    tasks.end(task, Reports.released("a"));

    HeldTasks.Turn turn = tasks.nextTurn().orElseThrow();

    assertThat(turn.results()).containsExactly(Reports.released("a"));
    assertThat(turn.want()).isEqualTo(2);
    assertThat(tasks.leases()).containsExactly("a");
    tasks.answered(turn.results());
    assertThat(tasks.leases()).isEmpty();
  }

  @Test
  void whatTheBrokerDidNotTakeIsReportedAgain() throws Exception {
    tasks.add(List.of(grant("a")));
    tasks.end(tasks.take().orElseThrow(), Reports.released("a"));
    tasks.notTaken(tasks.nextTurn().orElseThrow().results());

    assertThat(tasks.nextTurn().orElseThrow().results()).containsExactly(Reports.released("a"));
  }

  @Test
  void whatEndsWhileTheFetcherWaitsIsForTheReporter() throws Exception {
    tasks.add(List.of(grant("a")));
    HeldTask task = tasks.take().orElseThrow();
    assertThat(tasks.nextTurn().orElseThrow().results()).isEmpty();
    tasks.end(task, Reports.released("a"));

    assertThat(tasks.endedMeanwhile().orElseThrow()).containsExactly(Reports.released("a"));
  }

  @Test
  void aLostLeaseStopsItsWorkAndLeavesNoReport() throws Exception {
    tasks.add(List.of(grant("running"), grant("waiting")));
    HeldTask running = tasks.take().orElseThrow();

    tasks.drop(List.of("running", "waiting"));

    assertThatThrownBy(running::check)
        .isInstanceOf(Unwanted.class)
        .hasMessage("Expected to hold the lease 'running', but it was given up");
    tasks.end(running, Reports.released("running"));
    assertThat(tasks.leases()).isEmpty();
    assertThat(tasks.takeUnreported()).isEmpty();
    assertThat(tasks.nextTurn().orElseThrow().want()).isEqualTo(2);
  }

  @Test
  void whenStoppedNobodyWaitsForWorkAnyMoreAndWhatIsNotDoneInTimeIsDropped() throws Exception {
    tasks.add(List.of(grant("running"), grant("waiting")));
    HeldTask running = tasks.take().orElseThrow();

    tasks.stop();
    tasks.awaitIdle(Duration.ofMillis(1));

    assertThat(tasks.take()).isEmpty();
    assertThat(tasks.nextTurn()).isEmpty();
    assertThat(tasks.endedMeanwhile()).isEmpty();
    assertThat(running.dropped()).isTrue();
  }

  @Test
  void leasesAreDueAfterAThirdOfTheShortestLeaseTime() throws Exception {
    long longAgo = System.nanoTime() - Duration.ofSeconds(11).toNanos();
    tasks.add(List.of(grant("a")));

    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> tasks.awaitDue(longAgo, Duration.ofHours(1)));
  }

  @Test
  void aRenewalMayTakeAThirdOfTheShortestLeaseTimeAndTenSecondsAtMost() {
    assertThat(tasks.renewalTime()).isEqualTo(Duration.ofSeconds(10));

    tasks.add(List.of(grant("a", 60), grant("b", 6)));

    assertThat(tasks.renewalTime()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whatIsHandedBackIsWhatNoWorkerHasBegun() throws Exception {
    tasks.add(List.of(grant("running"), grant("waiting")));
    HeldTask running = tasks.take().orElseThrow();

    tasks.handBack();

    assertThat(running.dropped()).isFalse();
    assertThat(tasks.nextTurn().orElseThrow().results())
        .containsExactly(Reports.released("waiting"));
    assertThat(tasks.leases()).containsExactly("running", "waiting");
  }

  @Test
  void aLeaseIsEndangeredInTheLastThirdOfItsTimeAndToldOnceUntilItIsRenewed() {
    tasks.add(List.of(grant("short", 30), grant("long", 300)));
    long added = System.nanoTime();

    assertThat(tasks.endangered(added + seconds(19))).isEmpty();
    List<Hold.Endangered> endangered = tasks.endangered(added + seconds(21));
    assertThat(endangered).extracting(Hold.Endangered::lease).containsExactly("short");
    assertThat(endangered.getFirst().left())
        .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9));
    assertThat(tasks.endangered(added + seconds(22))).isEmpty();

    tasks.renewed(List.of("short"), added + seconds(25));
    assertThat(tasks.endangered(added + seconds(44))).isEmpty();
    assertThat(tasks.endangered(added + seconds(60)))
        .containsExactly(new Hold.Endangered("short", Duration.ZERO));
  }

  private static long seconds(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private static LeaseGrant grant(String lease) {
    return grant(lease, 30);
  }

  private static LeaseGrant grant(String lease, int seconds) {
    return new LeaseGrant(
        lease, "t", 1, "j", "embed", "m", "label", Json.LENIENT.createObjectNode(), seconds);
  }

  private static LeaseGrant stage(String lease) {
    return new LeaseGrant(
        lease,
        "task-" + lease,
        1,
        "job",
        ShardForwardExecutor.KIND,
        null,
        "p/0",
        Json.LENIENT.createObjectNode(),
        30);
  }
}
