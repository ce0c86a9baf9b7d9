package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mycoswarm.broker.chat.NoAnswer;
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

  @Test
  void whatANodeCallsOutOfOrderIsTheCallersMistakeAndNotWorthAskingAgain() {
    NoAnswer refused =
        new NoAnswer(NoAnswer.Cause.NOT_IN_ORDER, "Expected a temperature from 0 to 100");

    ProblemException problem = Failures.problem(refused, "POST", "/v1/chat/completions");

    assertThat(problem.type()).isEqualTo(ProblemType.BAD_REQUEST);
    assertThat(problem.detail()).isEqualTo("Expected a temperature from 0 to 100");
    assertThat(problem.headers()).doesNotContainKey("Retry-After");
  }
}
