package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.log.LogDropped;

class FailuresTest {
  @Test
  void whoReadsWhatIsDroppedMeanwhileIsToldSo() {
    LogDropped dropped = new LogDropped("Expected to read the log in '/home/anna/log' from 1 on");

    ProblemException problem = Failures.problem(dropped, "GET", "/api/v1/log");

    assertThat(problem.type()).isEqualTo(ProblemType.HISTORY_DROPPED);
    assertThat(problem.detail())
        .isEqualTo(
            "Expected the log to stay as it was while it was read, but older entries were dropped meanwhile to make room. GET /api/v1 shows where it begins now; ask for what comes after");
  }
}
