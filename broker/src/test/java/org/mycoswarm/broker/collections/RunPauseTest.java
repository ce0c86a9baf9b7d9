package org.mycoswarm.broker.collections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A run that waits for room in the queue can be ended, and does not keep the broker from stopping.
@Timeout(30)
class RunPauseTest {
  private final RunPause pause = new RunPause();

  @Test
  void itTriesUntilItSucceeds() throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();

    pause.until(() -> tries.incrementAndGet() == 2);

    assertThat(tries).hasValue(2);
  }

  @Test
  void aQueueThatStaysFullDoesNotKeepTheBrokerFromStopping() {
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(
            () ->
                pause.until(
                    () -> {
                      pause.stop();
                      return false;
                    }));
  }

  @Test
  void aCancelledRunTriesNoMore() throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();

    pause.until(
        () -> {
          pause.cancel();
          return tries.incrementAndGet() < 0;
        });

    assertThat(tries).hasValue(1);
  }
}
