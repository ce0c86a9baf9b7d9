package org.mycoswarm.broker.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mycoswarm.broker.projection.EntrySource;
import org.mycoswarm.broker.projection.History;
import org.mycoswarm.broker.projection.PastTables;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.log.LogPosition;

class PastsTest {
  private static final Pasts.Bounds BOUNDS = new Pasts.Bounds(100, 2, Duration.ofMinutes(1));

  private final History history =
      new History()
          .node("digger", "dig")
          .submit("one", History.task("dig", "a"))
          .lease("digger", 1)
          .complete("one.0.1");
  private final AtomicInteger reads = new AtomicInteger();
  private final EntrySource counted =
      (after, wait) -> {
        reads.incrementAndGet();
        return history.next(after, wait);
      };

  @Test
  void eachMomentHasTablesOfItsOwn() throws Exception {
    try (Pasts pasts = new Pasts(counted, Instant::now, BOUNDS, Limits.DEFAULT)) {
      for (long asOf : List.of(4L, 0L, 2L)) {
        try (Pasts.Past past = pasts.at(moment(asOf))) {
          assertThat(past.tables().position().value()).isEqualTo(asOf);
        }
      }
    }
  }

  @Test
  void theLastMomentsAreKeptAndTheOldestGoes() throws Exception {
    try (Pasts pasts = new Pasts(counted, Instant::now, BOUNDS, Limits.DEFAULT)) {
      ask(pasts, 1);
      ask(pasts, 2);
      int readTwice = reads.get();
      ask(pasts, 2);
      ask(pasts, 1);
      assertThat(reads.get()).as("both are kept").isEqualTo(readTwice);

      ask(pasts, 3);
      ask(pasts, 1);
      assertThat(reads.get()).as("one was asked last").isEqualTo(readTwice + 1);
      ask(pasts, 2);
      assertThat(reads.get()).as("two had to go").isEqualTo(readTwice + 2);
    }
  }

  @Test
  void oneIsBuiltAtATime() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    EntrySource slow =
        (after, wait) -> {
          begun.countDown();
          goOn.await();
          return history.next(after, wait);
        };
    try (Pasts pasts = new Pasts(slow, Instant::now, BOUNDS, Limits.DEFAULT)) {
      CompletableFuture<Void> first = CompletableFuture.runAsync(() -> askUnchecked(pasts, 1));
      begun.await();

      assertThatThrownBy(() -> pasts.at(moment(2))).isInstanceOf(Pasts.Busy.class);
      goOn.countDown();
      first.get();
      ask(pasts, 2);
    }
  }

  @Test
  void whatIsTooLongIsNotBuilt() {
    Pasts.Bounds small = new Pasts.Bounds(3, 2, Duration.ofMinutes(1));
    try (Pasts pasts = new Pasts(counted, Instant::now, small, Limits.DEFAULT)) {
      assertThatThrownBy(() -> pasts.at(moment(4)))
          .isInstanceOfSatisfying(
              PastTables.TooMuch.class, e -> assertThat(e.reached().value()).isEqualTo(2));
    }
  }

  private static void ask(Pasts pasts, long asOf) throws Exception {
    try (Pasts.Past past = pasts.at(moment(asOf))) {
      assertThat(past.tables().position().value()).isEqualTo(asOf);
    }
  }

  private static Pasts.Moment moment(long position) {
    return new Pasts.Moment(new LogPosition(position), Instant.EPOCH);
  }

  private static void askUnchecked(Pasts pasts, long asOf) {
    try {
      ask(pasts, asOf);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
