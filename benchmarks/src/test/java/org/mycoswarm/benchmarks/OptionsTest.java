package org.mycoswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void five_rounds_of_three_seconds_unless_told_otherwise() {
    Options usual = Options.of(List.of());
    Options told = Options.of(List.of("--rounds", "2", "--seconds", "1"));

    assertThat(List.of(usual.rounds(), usual.seconds())).containsExactly(5, 3);
    assertThat(List.of(told.rounds(), told.seconds())).containsExactly(2, 1);
  }

  @Test
  void an_unknown_option_is_refused_with_those_there_are() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.of(List.of("--round", "2")))
        .withMessageContaining("but got '--round'; nothing was measured")
        .withMessageContaining("--rounds=5");
  }

  @Test
  void an_option_without_a_value_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.of(List.of("--rounds")))
        .withMessageStartingWith("Expected options with a value");
  }

  @Test
  void a_number_that_is_none_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.of(List.of("--seconds", "0")))
        .withMessage("Expected a number from 1 for --seconds, but got '0'; nothing was measured");
  }
}
