package org.mycoswarm.queue.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whether the simulator can be trusted: it finds what is planted, it tells the same story twice,
/// and it tells it shortly.
class SimulatorTest {
  private static final int SEEDS_TO_FIND_A_BUG = 4_000;

  @ParameterizedTest(name = "{0}")
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedBugIsFoundAsThePromiseThatItBreaks(Bug bug) {
    Found found = Seeds.run(1, SEEDS_TO_FIND_A_BUG, Duration.ofDays(1), bug).found();

    assertThat(found).as("%s within %d seeds", bug, SEEDS_TO_FIND_A_BUG).isNotNull();
    if (found != null) {
      System.out.printf("%s is found by seed %d: %s%n", bug, found.seed(), found.violation());
      assertThat(bug.breaks()).contains(found.violation().promise());
    }
  }

  @Test
  void theSameSeedTellsTheSameStory() {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(story(Choices.fromSeed(seed))).isEqualTo(story(Choices.fromSeed(seed)));
    }
  }

  @Test
  void aScriptTellsTheStoryOfTheSeedItWasRecordedFrom() {
    for (long seed = 1; seed <= 20; seed++) {
      Choices choices = Choices.fromSeed(seed);
      List<String> before = story(choices);

      Script script = Script.parse(choices.script().toString());

      assertThat(story(Choices.fromScript(script))).isEqualTo(before);
    }
  }

  @Test
  void aScriptIsShortText() {
    Script script = Script.parse("n0:0,0,0,7,0,1,0,0;c1:0,0");

    assertThat(script).hasToString("n0:0x3,7,0,1");
    assertThat(script.harmful()).isEqualTo(2);
  }

  @Test
  void theShortestScriptIsLookedForInEveryStream() {
    Script failing = Script.parse("n0:5,0,3,9,200,4;n1:1,2,3;n2:8,8");

    Script shortest =
        Shrinker.shortest(
            failing,
            script ->
                Arrays.stream(script.choices("n0")).anyMatch(choice -> choice > 100)
                    && script.choices("n2").length > 0,
            1_000);

    assertThat(shortest).hasToString("n0:127;n2:1");
  }

  @Test
  void whatIsFoundIsReportedWithASeedAndAShortScriptThatBreaksTheSamePromise() {
    Found found = Seeds.run(1, SEEDS_TO_FIND_A_BUG, Duration.ofDays(1), Bug.NO_IDEMPOTENCY).found();
    assertThat(found).isNotNull();
    if (found == null) {
      return;
    }

    Found shrunk = found.shrunk();

    assertThat(shrunk.violation().promise()).isEqualTo(found.violation().promise());
    assertThat(shrunk.script().harmful()).isLessThan(20);
    assertThat(shrunk.report())
        .contains("Seed " + found.seed() + " breaks a promise: one job for one key")
        .contains(
            "-Dsimulation.script=\"" + shrunk.script() + "\" -Dsimulation.bug=NO_IDEMPOTENCY");
    assertThatThrownBy(() -> World.run(Choices.fromScript(shrunk.script()), Bug.NO_IDEMPOTENCY))
        .isInstanceOf(Violation.class);
  }

  private static List<String> story(Choices choices) {
    List<String> story = new ArrayList<>();
    World.run(choices, Bug.NONE, story::add);
    return story;
  }
}
