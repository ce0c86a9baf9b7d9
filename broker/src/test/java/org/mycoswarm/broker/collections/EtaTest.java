package org.mycoswarm.broker.collections;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What is said of the time that a run still takes.
class EtaTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void workThatGoesOnEvenlyIsToldExactly() {
    for (int tenth = 1; tenth <= 10; tenth++) {
      Eta eta = new Eta(MINUTE.multipliedBy(tenth), 0, tenth * 1_000L, 10_000, 1);

      assertThat(eta.secondsLeft()).isEqualTo(60L * (10 - tenth));
    }
  }

  @Test
  void afterARestartOnlyWhatWasDoneSinceTellsTheSpeed() {
    // 9,000 of 10,000 tokens were embedded before, and 100 in the minute since
    assertThat(new Eta(MINUTE, 9_000, 9_100, 10_000, 1).secondsLeft()).isEqualTo(9 * 60L);
  }

  @Test
  void rightAfterARestartNothingIsSaid() {
    assertThat(new Eta(Duration.ofMillis(20), 9_000, 9_000, 10_000, 1).secondsLeft()).isNull();
  }

  @Test
  void filesThatAreNotReadYetAreThoughtToHoldAsManyTokensAByte() {
    // half of the bytes gave 1,000 tokens: 2,000 in all, of which a quarter is done
    assertThat(new Eta(MINUTE, 0, 500, 1_000, 0.5).secondsLeft()).isEqualTo(180L);
  }

  @Test
  void nothingIsSaidOfHardlyAnyWorkNorOfNone() {
    assertThat(new Eta(MINUTE, 0, 19, 1_000, 1).secondsLeft()).isNull();
    assertThat(new Eta(MINUTE, 0, 0, 0, 1).secondsLeft()).isNull();
    assertThat(new Eta(MINUTE, 0, 0, 1_000, 0).secondsLeft()).isNull();
  }
}
