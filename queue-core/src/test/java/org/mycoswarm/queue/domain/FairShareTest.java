package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;
import static org.mycoswarm.queue.domain.Scenario.fail;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.RegisterNode;

class FairShareTest {
  private static final RegisterNode NODE = node("n1").can("chunk").can("embed").registers();

  @Test
  void jobsShareByCostNotByTheNumberOfTasks() {
    given(NODE)
        .and(job("dear").of(9, work("chunk").cost(3)))
        .and(job("cheap").of(9, work("chunk")))
        .when(lease(8))
        .thenLeased(
            "dear.0", "cheap.0", "cheap.1", "cheap.2", "dear.1", "cheap.3", "cheap.4", "cheap.5");
  }

  @Test
  void submittersShareWhateverTheNumberOfTheirJobs() {
    Scenario queue = given(NODE);
    for (int i = 0; i < 3; i++) {
      queue.and(job("ann-" + i).by("ann").of(9, work("chunk")));
    }
    queue.and(job("bob").by("bob").of(9, work("chunk")));

    queue.when(lease(6));

    queue.thenLeased("ann-0.0", "bob.0", "ann-1.0", "bob.1", "ann-2.0", "bob.2");
  }

  @Test
  void aBigJobThatCameFirstDoesNotBlockASmallOne() {
    given(NODE, job("big").of(10_000, work("chunk")), job("small").of(work("chunk")))
        .when(lease(3))
        .thenLeased("big.0", "small.0", "big.1");
  }

  @Test
  void jobsShareAcrossKinds() {
    given(NODE, job("chunks").of(9, work("chunk")), job("embeds").of(9, work("embed")))
        .when(lease(4))
        .thenLeased("chunks.0", "embeds.0", "chunks.1", "embeds.1");
  }

  @Test
  void sharesAreKeptOverManyLeasesWhateverTheTasksCost() {
    Scenario queue = given(NODE, job("sevens").of(999, work("chunk").cost(7)));
    queue.and(job("fours").of(999, work("chunk").cost(4)), job("ones").of(999, work("chunk")));

    Map<String, Long> costs = costsOfLeases(queue, 800, e -> e.lease().task().job().value());

    assertThat(costs.get("sevens")).isCloseTo(costs.get("ones"), within(14L));
    assertThat(costs.get("fours")).isCloseTo(costs.get("ones"), within(14L));
  }

  @Test
  void submittersKeepTheirSharesOverManyLeases() {
    Scenario queue = given(NODE, job("bob").by("bob").of(999, work("chunk")));
    queue.and(job("ann-0").by("ann").of(999, work("chunk").cost(4)));
    queue.and(job("ann-1").by("ann").of(999, work("chunk")));

    Map<String, Long> costs =
        costsOfLeases(queue, 800, e -> e.lease().task().job().value().substring(0, 3));

    assertThat(costs.get("ann")).isCloseTo(costs.get("bob"), within(8L));
  }

  @Test
  void aDearTaskIsPaidForAndMakesNobodysTurnsLonger() {
    Scenario queue = given(NODE, job("ann").by("ann").of(3_000, work("chunk")));
    queue.and(job("bob-dear").by("bob").of(work("chunk").cost(1_000)));
    queue.and(job("bob-cheap").by("bob").of(1_500, work("chunk")));
    long ahead = 0;

    for (int i = 0; i < 3_000; i++) {
      long cost = costOfOne(queue);
      boolean anns = queue.leased().getFirst().lease().task().job().value().equals("ann");
      ahead += anns ? cost : -cost;
      queue.andDone();

      long most = i < 1_001 ? 1_000 : 1;
      assertThat(ahead).as("of ann, after %d leases", i + 1).isBetween(-most, 1L);
    }
  }

  @Test
  void jobsThatComeWithoutEndDoNotKeepABigOneFromItsTurns() {
    Scenario queue = given(NODE, job("big").of(1_000, work("chunk")));
    int ofBig = 0;

    for (int i = 0; i < 200; i++) {
      queue.and(job("one-" + i).of(work("chunk")), job("two-" + i).of(work("chunk").cost(3)));
      costOfOne(queue);
      ofBig += queue.leased().getFirst().lease().task().job().value().equals("big") ? 1 : 0;
      queue.andDone();
    }

    assertThat(ofBig).isGreaterThan(5);
  }

  @Test
  void whoeverBringsOneDearTaskAfterTheOtherGetsNoMoreThanItsShare() {
    Scenario queue = given(NODE, job("ann").by("ann").of(999, work("chunk")));
    long ann = 0;
    long bob = 0;

    for (int i = 0; i < 50; i++) {
      queue.and(job("bob-" + i).by("bob").of(work("chunk").cost(10)));
      long cost = costOfOne(queue);
      while (cost == 1) {
        ann++;
        queue.andDone();
        cost = costOfOne(queue);
      }
      bob += cost;
      queue.andDone();
    }

    assertThat(ann).isCloseTo(bob, within(10L));
  }

  @Test
  void whoeverWasAwayHasSavedNothing() {
    Scenario queue = given(NODE, job("ann").by("ann").of(999, work("chunk")));
    queue.and(job("bob").by("bob").of(work("chunk")), lease(100));
    queue.and(job("bob-2").by("bob").of(99, work("chunk")));

    queue.when(lease(5));

    queue.thenLeased("ann.99", "bob-2.0", "ann.100", "bob-2.1", "ann.101");
  }

  @Test
  void tasksOfOneJobComeInTheOrderOfTheirNumbers() {
    given(NODE, job("a").of(200, work("chunk"))).when(lease(3)).thenLeased("a.0", "a.1", "a.2");
  }

  @Test
  void aTaskThatIsRetriedComesBeforeTheRestOfItsJob() {
    Scenario queue = given(NODE, job("a").of(9, work("chunk")), lease(2), fail(held("a.0.1")));

    queue.after(Duration.ofSeconds(1)).when(lease(2));

    queue.thenLeased("a.0", "a.2");
  }

  @Test
  void afterAnOutageTheAgeOfTheOldestTaskFallsWithEveryRoundThoughWorkStillComes() {
    Scenario queue = given(NODE);
    Map<String, Instant> submitted = new HashMap<>();
    for (int i = 0; i < 600; i++) {
      oneMore(queue, submitted);
    }

    Duration before = age(queue, submitted);
    while (submitted.size() > 4) {
      oneMore(queue, submitted);
      queue.when(lease(4));
      queue.leased().forEach(e -> submitted.remove(e.lease().task().job().value()));
      queue.andDone();

      assertThat(age(queue, submitted)).isLessThan(before);
      before = age(queue, submitted);
    }
  }

  @Test
  void withLargerJobsTheAgeFallsOverAsManyLeasesAsTheJobsThatWaitMayHaveTasks() {
    Scenario queue = given(NODE);
    Map<String, Instant> waiting = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      oneMoreOfUpTo20Tasks(queue.after(Duration.ofSeconds(10)), waiting);
    }

    while (waiting.size() > 2) {
      Duration before = age(queue, waiting);
      int leases = waiting.size() * 20;
      for (int i = 0; i < leases; i++) {
        queue.after(Duration.ofMillis(100));
        if (i % 100 == 99) {
          oneMoreOfUpTo20Tasks(queue, waiting);
        }
        queue.when(lease(1)).andDone();
        waiting.keySet().removeIf(job -> queue.state().job(new JobId(job)).isEmpty());
      }
      assertThat(age(queue, waiting)).isLessThan(before);
    }
  }

  /// Of one of three submitters.
  private static void oneMoreOfUpTo20Tasks(Scenario queue, Map<String, Instant> waiting) {
    long number = queue.now().getEpochSecond() / 10;
    String id = "j" + number;
    queue.and(job(id).by("s" + number % 3).of((int) (1 + number * 7 % 20), work("chunk")));
    waiting.put(id, queue.now());
  }

  @Test
  void aSubmitterGetsATurnInEachLineAndEachLimitKeyIsALine() {
    Scenario queue = given(NODE, job("bob").by("bob").of(99, work("chunk").limitKey("bobs")));
    for (int i = 0; i < 10; i++) {
      queue.and(job("ann-" + i).by("ann").of(99, work("chunk").limitKey("host-" + i)));
    }

    Map<String, Long> costs =
        costsOfLeases(queue, 110, e -> e.lease().task().job().value().substring(0, 3));

    assertThat(costs).containsOnly(entry("ann", 100L), entry("bob", 10L));
  }

  /// A second later there is one more job of one task.
  private static void oneMore(Scenario queue, Map<String, Instant> submitted) {
    queue.after(Duration.ofSeconds(1));
    String id = "j" + queue.now().getEpochSecond();
    queue.and(job(id).of(work("chunk")));
    submitted.put(id, queue.now());
  }

  private static Duration age(Scenario queue, Map<String, Instant> submitted) {
    return submitted.values().stream()
        .map(at -> Duration.between(at, queue.now()))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /// Leases one task.
  private static long costOfOne(Scenario queue) {
    queue.when(lease(1));
    LeaseId lease = queue.leased().getFirst().lease();
    return queue.state().task(lease.task()).orElseThrow().terms().cost();
  }

  /// What was leased, one task at a time, by whom it counts for.
  private static Map<String, Long> costsOfLeases(
      Scenario queue, int count, Function<Event.TaskLeased, String> whose) {
    Map<String, Long> costs = new HashMap<>();
    for (int i = 0; i < count; i++) {
      queue.when(lease(1));
      Event.TaskLeased leased = queue.leased().getFirst();
      Task task = queue.state().task(leased.lease().task()).orElseThrow();
      costs.merge(whose.apply(leased), task.terms().cost(), Long::sum);
      queue.andDone();
    }
    return costs;
  }
}
