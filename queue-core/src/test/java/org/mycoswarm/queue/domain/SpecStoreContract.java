package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every store of specs promises.
public abstract class SpecStoreContract {
  /// An empty store.
  protected abstract SpecStore store();

  static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(1_500), Duration.ofSeconds(61, 7));
  static final BlobHash BLOB = new BlobHash("0123456789abcdef".repeat(4));

  static Stream<TaskSpec> specs() {
    Requirement plain = new Requirement("chunk", null);
    Requirement rich =
        new Requirement(
            "embed", "sha256:m", new Resources(3, 5L << 40, 7), new NodeId("n".repeat(64)));
    Instant at = Instant.parse("2026-01-01T00:00:00.000000001Z");
    return Stream.of(
        spec("{}"),
        new TaskSpec(
            new Terms(rich, RETRY, Duration.ofNanos(1), "example.org", Terms.COST_MAX, at),
            "ünïcödé / 漢字 / 🐝",
            0,
            "{\"text\":\"漢字 🐝 é\"}",
            List.of(BLOB, BLOB),
            new TaskSpec.Start(at.minusSeconds(1L << 40), List.of(0, 7, 1 << 30), true)),
        new TaskSpec(
            new Terms(plain, RETRY, Duration.ofSeconds(1), "", 1, null),
            "",
            Integer.MAX_VALUE,
            "half a pair \uD83D, the other half \uDC1D",
            List.of(),
            new TaskSpec.Start(null, List.of(), true)),
        spec("x".repeat(300_000)),
        spec("é".repeat(3_000_000)));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void givesBackWhatWasPut(TaskSpec spec) {
    SpecStore store = store();

    long before = store.put(spec("before"));
    long number = store.put(spec);
    long after = store.put(spec("after"));

    assertThat(number).isNotNegative();
    assertThat(store.get(number)).isEqualTo(spec);
    assertThat(store.get(before)).isEqualTo(spec("before"));
    assertThat(store.get(after)).isEqualTo(spec("after"));
  }

  @Test
  void whatWasDroppedIsNotGivenBack() {
    SpecStore store = store();
    long dropped = store.put(spec("1"));
    long kept = store.put(spec("2"));

    store.drop(dropped);

    assertThat(store.get(kept)).isEqualTo(spec("2"));
    assertThatThrownBy(() -> store.get(dropped))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Expected spec %d to be kept, but it is not".formatted(dropped));
  }

  @Test
  void whatWasDroppedIsNotDroppedOnceMore() {
    SpecStore store = store();
    long dropped = store.put(spec("1"));
    store.drop(dropped);

    assertThatThrownBy(() -> store.drop(dropped))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Expected spec %d to be kept, but it is not".formatted(dropped));
  }

  @Test
  void aNumberThatWasNeverGivenOutIsRefused() {
    assertThatThrownBy(() -> store().get(4_711)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void manyPutsReadsAndDropsInAnyOrder() {
    SpecStore store = store();
    SplittableRandom random = new SplittableRandom(1);
    Map<Long, TaskSpec> expected = new HashMap<>();
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      TaskSpec spec = spec(Integer.toString(i).repeat(1 + random.nextInt(200)));
      long number = store.put(spec);
      expected.put(number, spec);
      numbers.add(number);
      if (random.nextInt(3) > 0) {
        long any = numbers.get(random.nextInt(numbers.size()));
        if (expected.containsKey(any)) {
          assertThat(store.get(any).payload()).isEqualTo(expected.get(any).payload());
          store.drop(any);
          expected.remove(any);
        }
      }
    }

    expected.forEach((number, spec) -> assertThat(store.get(number)).isEqualTo(spec));
  }

  protected static TaskSpec spec(String payload) {
    return new TaskSpec(
        new Requirement("chunk", null),
        "a label",
        null,
        payload,
        List.of(),
        RETRY,
        Duration.ofSeconds(30));
  }
}
