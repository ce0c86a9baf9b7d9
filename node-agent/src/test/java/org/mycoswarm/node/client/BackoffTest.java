package org.mycoswarm.node.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void doublesFromATenthOfASecondToThreeSeconds() {
    assertThat(Backoff.after(1, 1)).isEqualTo(Duration.ofMillis(100));
    assertThat(Backoff.after(2, 1)).isEqualTo(Duration.ofMillis(200));
    assertThat(Backoff.after(5, 1)).isEqualTo(Duration.ofMillis(1_600));
    assertThat(Backoff.after(6, 1)).isEqualTo(Duration.ofSeconds(3));
    assertThat(Backoff.after(1_000_000, 1)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void chanceTakesUpToHalfOfItAway() {
    assertThat(Backoff.after(1, 0)).isEqualTo(Duration.ofMillis(50));
    assertThat(Backoff.after(9, 0.5)).isEqualTo(Duration.ofMillis(2_250));
  }
}
