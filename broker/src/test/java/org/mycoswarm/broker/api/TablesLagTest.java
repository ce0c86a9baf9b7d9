package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.log.LogPosition;

class TablesLagTest {
  private long durable = 1_000;
  private long shown = 1_000;
  private Instant now = Instant.EPOCH.plusSeconds(1_000);
  private final TablesLag lag =
      new TablesLag(() -> new LogPosition(durable), () -> new LogPosition(shown), () -> now, 10);

  @Test
  void entriesThatTheTablesHaveNotSeenCount() {
    durable = 1_010;
    assertThatCode(lag::admit).doesNotThrowAnyException();

    durable = 1_011;

    assertThatThrownBy(lag::admit)
        .hasMessageContaining("at most 10 changes behind the log, but they are 11 behind");
  }

  @Test
  void aChunkOfABulkSubmissionWaitsAtHalfTheWay() {
    durable = 1_005;
    assertThatCode(lag::admitBulk).doesNotThrowAnyException();

    durable = 1_006;

    assertThatThrownBy(lag::admitBulk)
        .hasMessageContaining("at most 5 changes behind the log, but they are 6 behind");
    assertThatCode(lag::admit).doesNotThrowAnyException();
  }

  @Test
  void theTasksOfASubmissionCountOneByOneUntilTheyAreSeen() {
    durable = 1_001;
    lag.submitted(new LogPosition(1_001), 11);
    assertThatThrownBy(lag::admit).hasMessageContaining("they are 11 behind");

    shown = 1_001;

    assertThatCode(lag::admit).doesNotThrowAnyException();
  }

  @Test
  void tablesThatAreFilledAnewDoNotStopTheQueue() {
    shown = 0;

    assertThatCode(lag::admit).doesNotThrowAnyException();
  }

  @Test
  void tablesThatStandStillAreBrokenAndDoNotStopTheQueue() {
    durable = 2_000;
    assertThatThrownBy(lag::admit).isInstanceOf(ProblemException.class);

    now = now.plusSeconds(30);

    assertThatCode(lag::admit).doesNotThrowAnyException();
  }
}
