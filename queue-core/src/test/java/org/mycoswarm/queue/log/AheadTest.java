package org.mycoswarm.queue.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AheadTest {
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final AtomicInteger taken = new AtomicInteger();

  @Test
  void resultsComeInTheOrderOfTheSource() {
    List<String> results = new ArrayList<>();

    try (Ahead<String> ahead = new Ahead<>("test", () -> upTo(1_000), i -> "no. " + i)) {
      ahead.forEachRemaining(results::add);
      assertThatThrownBy(ahead::next).isInstanceOf(NoSuchElementException.class);
    }

    assertThat(results).hasSize(1_000).startsWith("no. 1", "no. 2").endsWith("no. 1000");
    assertThat(isClosed).isTrue();
  }

  @Test
  void whileNobodyTakesTheSourceIsLeftAlone() throws InterruptedException {
    CountDownLatch several = new CountDownLatch(3);
    try (Ahead<Integer> ahead =
        new Ahead<>(
            "test",
            () -> upTo(Integer.MAX_VALUE),
            i -> {
              several.countDown();
              return i;
            })) {
      several.await();
      assertThat(ahead.next()).isEqualTo(1);
    }

    assertThat(taken).hasValueLessThan(20);
    assertThat(isClosed).isTrue();
  }

  @Test
  void aFailureOfTheWorkComesInItsPlace() {
    try (Ahead<Integer> ahead = new Ahead<>("test", () -> upTo(5), i -> failAt(3, i))) {
      assertThat(ahead.next()).isEqualTo(1);
      assertThat(ahead.next()).isEqualTo(2);
      assertThatThrownBy(ahead::next).isInstanceOf(LogDamaged.class).hasMessage("at 3");
      assertThatThrownBy(ahead::hasNext).hasMessage("at 3");
    }
    assertThat(isClosed).isTrue();
  }

  @Test
  void aFailureOfTheSourceComesAfterWhatItGave() {
    Ahead.Source<Integer> all = upTo(5);
    Ahead.Source<Integer> source =
        new Ahead.Source<>() {
          @Override
          public @Nullable Integer next() {
            Integer next = all.next();
            return next == null ? null : failAt(3, next);
          }

          @Override
          public void close() {
            all.close();
          }
        };

    try (Ahead<Integer> ahead = new Ahead<>("test", () -> source, i -> i)) {
      assertThat(ahead.next()).isEqualTo(1);
      assertThat(ahead.next()).isEqualTo(2);
      assertThatThrownBy(ahead::next).isInstanceOf(LogDamaged.class).hasMessage("at 3");
    }
    assertThat(isClosed).isTrue();
  }

  @Test
  void aSourceThatCannotBeOpenedIsAFailure() {
    try (Ahead<Integer> ahead = new Ahead<>("test", () -> failing(), i -> i)) {
      assertThatThrownBy(ahead::hasNext).isInstanceOf(LogDamaged.class).hasMessage("at 0");
    }
  }

  private static Ahead.Source<Integer> failing() {
    throw new LogDamaged("at 0");
  }

  private static Integer failAt(int place, Integer i) {
    if (i == place) {
      throw new LogDamaged("at " + place);
    }
    return i;
  }

  private Ahead.Source<Integer> upTo(int last) {
    return new Ahead.Source<>() {
      @Override
      public @Nullable Integer next() {
        return taken.get() == last ? null : (Integer) taken.incrementAndGet();
      }

      @Override
      public void close() {
        isClosed.set(true);
      }
    };
  }
}
