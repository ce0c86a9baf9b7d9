package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The token of a position follows from scores, settings, seed and position, and from nothing else.
class SamplerTest {
  private static final float[] SCORES = {1f, 3f, -2f, 3f, 0f, 2f};

  @Test
  void without_temperature_the_highest_score_wins_and_of_equals_the_first() {
    assertThat(Sampler.GREEDY.next(SCORES, 7)).isEqualTo(1);
  }

  @Test
  void the_same_position_gives_the_same_token_whatever_was_asked_before() {
    Sampler sampler = new Sampler(1.3, 0, 1, 42);
    int[] forth = tokens(sampler, SCORES, 200);

    for (int position = 199; position >= 0; position--) {
      assertThat(new Sampler(1.3, 0, 1, 42).next(SCORES, position)).isEqualTo(forth[position]);
    }
    assertThat(tokens(new Sampler(1.3, 0, 1, 43), SCORES, 200)).isNotEqualTo(forth);
  }

  @Test
  void tokens_come_as_often_as_their_scores_say() {
    int[] counts = new int[2];
    float[] scores = {0f, (float) Math.log(3)};

    for (int token : tokens(new Sampler(1, 0, 1, 5), scores, 20_000)) {
      counts[token]++;
    }

    assertThat(counts[1] / 20_000.0).isCloseTo(0.75, within(0.015));
  }

  @Test
  void a_low_temperature_sharpens_and_a_high_one_flattens() {
    assertThat(kinds(new Sampler(0.01, 0, 1, 1), SCORES)).containsExactly(1, 3);
    assertThat(kinds(new Sampler(50, 0, 1, 1), SCORES)).hasSize(SCORES.length);
  }

  @Test
  void top_k_leaves_only_so_many_of_the_likeliest() {
    assertThat(kinds(new Sampler(50, 3, 1, 1), SCORES)).containsExactly(1, 3, 5);
    assertThat(kinds(new Sampler(50, 1, 1, 1), SCORES)).containsExactly(1);
    assertThat(kinds(new Sampler(50, 99, 1, 1), SCORES)).hasSize(SCORES.length);
  }

  @Test
  void top_p_leaves_the_likeliest_that_make_up_the_share() {
    float[] scores = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};

    assertThat(kinds(new Sampler(1, 0, 0, 1), scores)).containsExactly(0);
    assertThat(kinds(new Sampler(1, 0, 0.5, 1), scores)).containsExactly(0);
    assertThat(kinds(new Sampler(1, 0, 0.7, 1), scores)).containsExactly(0, 1);
    assertThat(kinds(new Sampler(1, 0, 0.9, 1), scores)).containsExactly(0, 1, 2);
  }

  @Test
  void forbidden_tokens_never_come() {
    float[] scores = {Float.NEGATIVE_INFINITY, 1f, Float.NEGATIVE_INFINITY};

    assertThat(kinds(new Sampler(100, 0, 1, 9), scores)).containsExactly(1);
    assertThat(kinds(new Sampler(100, 2, 0.99, 9), scores)).containsExactly(1);
  }

  @Test
  void settings_out_of_range_are_told() {
    assertThatThrownBy(() -> new Sampler(-1, 0, 1, 0))
        .hasMessage("Expected a temperature from 0 to 100, but it is -1.0; nothing is generated");
    assertThatThrownBy(() -> new Sampler(Double.NaN, 0, 1, 0))
        .hasMessageContaining("but it is NaN");
    assertThatThrownBy(() -> new Sampler(1, -1, 1, 0))
        .hasMessage(
            "Expected a top-k of 0 (all tokens) or more, but it is -1; nothing is generated");
    assertThatThrownBy(() -> new Sampler(1, 0, -0.1, 0))
        .hasMessage("Expected a top-p from 0 to 1, but it is -0.1; nothing is generated");
  }

  private static int[] tokens(Sampler sampler, float[] scores, int count) {
    int[] tokens = new int[count];
    for (int position = 0; position < count; position++) {
      tokens[position] = sampler.next(scores, position);
    }
    return tokens;
  }

  private static Set<Integer> kinds(Sampler sampler, float[] scores) {
    Set<Integer> kinds = new TreeSet<>();
    for (int token : tokens(sampler, scores, 2_000)) {
      kinds.add(token);
    }
    return kinds;
  }
}
