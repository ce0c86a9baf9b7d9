package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.given;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.SetKindPolicy;
import org.mycoswarm.queue.domain.Event.KindPolicySet;

class KindPolicyTest {
  private static final RetryPolicy FIVE_TIMES =
      new RetryPolicy(5, Duration.ofSeconds(2), Duration.ofMinutes(2));
  private static final KindPolicy SLOW = new KindPolicy(FIVE_TIMES, Duration.ofMinutes(10));
  private static final KindPolicy QUICK = new KindPolicy(FIVE_TIMES, Duration.ofSeconds(5));

  @Test
  void eachKindKeepsThePolicyThatWasSetLast() {
    Scenario queue = given(new SetKindPolicy("embed", SLOW), new SetKindPolicy("chunk", SLOW));

    queue.when(new SetKindPolicy("embed", QUICK)).then(new KindPolicySet("embed", QUICK));

    assertThat(queue.state().policy("embed")).contains(QUICK);
    assertThat(queue.state().policy("chunk")).contains(SLOW);
    assertThat(queue.state().policy("other")).isEmpty();
  }

  @Test
  void thePolicyThatIsSetAlreadyIsNotWrittenDownAgain() {
    given(new SetKindPolicy("embed", SLOW)).when(new SetKindPolicy("embed", SLOW)).then();
  }

  @Test
  void aLeaseTimeOfNothingIsRefused() {
    assertThatThrownBy(() -> new KindPolicy(FIVE_TIMES, Duration.ZERO))
        .hasMessage("Expected a positive lease time, but it is PT0S");
  }

  @Test
  void aRetryPolicyThatCannotBeIsRefused() {
    assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO))
        .hasMessage("Expected attemptsMax of 1 or more, but it is 0");
    assertThatThrownBy(() -> new RetryPolicy(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessage("Expected 0 <= firstDelay <= delayMax, but they are PT2S and PT1S");
  }
}
